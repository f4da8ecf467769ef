// The documentation against the code: what it says can be looked up, and is so.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { refusalsPage } from '../../tools/refusals-page.ts';
import { ROOT } from '../architecture/source-tree.ts';
import { numbersToTell, written } from './constants.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
  .map((path) => ({ path, text: read(path) }));

test('[DOCS-1] docs/refusals.md is written from the catalogue of refusals', () => {
  expect(read('docs/refusals.md'), 'run: node --import tsx tools/write-refusals.ts').toBe(refusalsPage());
});

test('[DOCS-2] docs/architecture.md tells every time, size and limit with its value and its file', () => {
  const rows = read('docs/architecture.md').split('\n');
  const untold = numbersToTell().filter(
    (number) =>
      !rows.some((row) =>
        row.includes(
          `| ${written(number)} | \`${number.name}\` | [${number.file.split('/').at(-1)}](../${number.file}) |`,
        ),
      ),
  );
  expect(untold).toEqual([]);
});

test('[DOCS-2] it tells of no constant that is gone', () => {
  const told = [
    ...read('docs/architecture.md').matchAll(/\| `([A-Z][A-Z0-9_]+)` \| \[[^\]]+\]\(\.\.\/([^)]+)\)/g),
  ];
  const known = new Set(numbersToTell().map(({ file, name }) => `${file} ${name}`));
  expect(told.length).toBeGreaterThan(50);
  expect(told.map(([, name, file]) => `${file} ${name}`).filter((each) => !known.has(each))).toEqual([]);
});

test('[DOCS-3] links lead to files and headings that exist', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('[DOCS-4] commands and scripts that the pages name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const missing = pages.flatMap(({ path, text }) => {
    const commands = [...text.matchAll(/(?:npx --no |[`$(] ?)remit ([a-z]+)\b/g)].map((match) => match[1]);
    const runs = [...text.matchAll(/\bnpm run (?:--silent )?([a-z:-]+)/g)].map((match) => match[1] ?? '');
    return [
      // help is commander's own
      ...commands.filter((name) => name !== 'help' && !existsSync(join(ROOT, `cli/commands/${name}.ts`))),
      ...runs.filter((name) => scripts[name] === undefined),
    ].map((name) => `${path}: ${name}`);
  });
  expect(missing).toEqual([]);
});

test('[DOCS-6] each order of a runbook can be given as it is written', async () => {
  const runbooks = pages.filter(({ path }) => path.startsWith('docs/runbooks/'));
  const orders = runbooks.flatMap(({ text }) =>
    [...text.matchAll(/npx --no remit ([^`\n#]+)/g)].map(([, words = '']) => words.trim()),
  );
  expect(orders.length).toBeGreaterThan(15);
  const wrong: string[] = [];
  for (const words of orders) {
    const why = await whyNotGiven(words.match(/"[^"]*"|\S+/g) ?? []);
    if (why !== undefined) wrong.push(`${words}: ${why}`);
  }
  expect(wrong).toEqual([]);
});

/** What commander would refuse. */
async function whyNotGiven([name = '', ...words]: readonly string[]): Promise<string | undefined> {
  const program = new Command();
  const { register } = (await import(`../../cli/commands/${name}.ts`)) as {
    register(program: Command): void;
  };
  register(program);
  const quiet = (command: Command): void => {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ writeErr: () => undefined });
    command.action(() => undefined);
    command.commands.forEach(quiet);
  };
  quiet(program);
  const unquoted = words.map((word) => word.replaceAll('"', ''));
  return program.parseAsync([name, ...unquoted], { from: 'user' }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, file))) return false;
  return heading === undefined || headings(read(file)).has(heading);
}

/** Anchors as GitHub makes them. */
function headings(text: string): Set<string> {
  const titles = [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}
