// The commands that reports print are run as they stand: each part of `remit` is one that the command line takes.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { register as agents } from '../../cli/commands/agents.ts';
import { register as ask } from '../../cli/commands/ask.ts';
import { register as audit } from '../../cli/commands/audit.ts';
import { register as catalog } from '../../cli/commands/catalog.ts';
import { register as dev } from '../../cli/commands/dev.ts';
import { register as explain } from '../../cli/commands/explain.ts';
import { register as findings } from '../../cli/commands/findings.ts';
import { register as grants } from '../../cli/commands/grants.ts';
import { register as kill } from '../../cli/commands/kill.ts';
import { register as request } from '../../cli/commands/request.ts';
import { observeAll } from '../../src/core/report/framework.ts';
import { FRAMEWORKS } from '../../src/core/report/frameworks.ts';
import { worldOf } from '../support/report-world.ts';

/** A new one each time: what an earlier line said must not count as said. */
function commandLine(): Command {
  const program = new Command('remit');
  for (const register of [agents, ask, audit, catalog, dev, explain, findings, grants, kill, request])
    register(program);
  return program;
}

const commands = new Map<string, string>();
for (const framework of FRAMEWORKS)
  for (const [id, { command }] of await observeAll(framework, worldOf())) commands.set(id, command);

/** Calls of `remit` in a shell's line, each as its words. */
function callsIn(line: string): string[][] {
  return [...line.matchAll(/\bremit ((?:'[^']*'|"[^"]*"|\$\((?:[^()]|"[^"]*")*\)|[^;|&)'"])*)/g)].map(
    ([, words = '']) =>
      [...words.matchAll(/(?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"$])+/g)].map(([word]) =>
        word.replaceAll(/^['"]|['"]$/g, ''),
      ),
  );
}

/** What the command line has against it, or nothing. */
function problemOf(words: readonly string[]): string | undefined {
  const program = commandLine();
  let command = program;
  let rest = [...words];
  for (;;) {
    const child = command.commands.find((each) => each.name() === rest[0]);
    if (child === undefined) break;
    command = child;
    rest = rest.slice(1);
  }
  if (command === program) return `no command ${words[0]}`;
  const { operands, unknown } = command.parseOptions(rest);
  const needed = command.registeredArguments.filter(({ required }) => required).length;
  const missing = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (unknown.length > 0) return `unknown ${unknown.join(' ')}`;
  if (operands.length < needed || operands.length > command.registeredArguments.length)
    return `arguments: ${operands.join(' ')}`;
  return missing.length > 0 ? `without ${missing.map(({ long }) => long).join(' ')}` : undefined;
}

test.each([...commands])('[REPORT-8] the command of %s can be pasted: %s', (_, command) => {
  expect(command).not.toMatch(/…|<[a-z ]+>|\{[a-z]+\}|\$[BT]\b/);
  for (const words of callsIn(command)) expect(problemOf(words), words.join(' ')).toBeUndefined();
  const paths = [...command.matchAll(/ ((?:test|tools)\/[^ ;]+|catalog\/[a-z]+)/g)].map(
    ([, path = '']) => path,
  );
  expect(paths.filter((path) => !existsSync(path.replace(/\/\*.*/, '')))).toEqual([]);
  const bare = command.replaceAll(/'[^']*'|"[^"]*"/g, '').replaceAll(/\bfor \w+ in [\w ]+; do |; done/g, ' ');
  const tools = bare.split(/;|\||&&|\$\(/).map(
    (part) =>
      part
        .replace(/^ *[A-Z]=/, '')
        .trim()
        .split(/[ )]/)[0],
  );
  expect(tools.filter((tool = '') => tool !== '' && !TOOLS.includes(tool))).toEqual([]);
});
const TOOLS = ['remit', 'curl', 'echo', 'jq', 'grep', 'npx', 'npm', 'node'];

test('[REPORT-8] a command that the command line does not take is noticed', () => {
  expect(problemOf(['request', '--agent', 'a', '--purpose', 'drill'])).toBe('without --task');
  expect(problemOf(['kill', 'grant', '--reason', 'drill'])).toContain('arguments');
  expect(problemOf(['agents', 'suspend', 'a', '--reasons', 'x'])).toContain('unknown');
  expect(problemOf(['destroy'])).toBe('no command destroy');
  expect(callsIn("A=$(remit dev assertion one); remit request --param 'a=b c'")).toEqual([
    ['dev', 'assertion', 'one'],
    ['request', '--param', 'a=b c'],
  ]);
});
