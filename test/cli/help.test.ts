import { describe, expect, it } from 'vitest';
import { checkRegistration } from '../../src/core/lifecycle/register.ts';
import type { Issuer } from '../../src/core/model.ts';
import { sampleCatalog } from '../support/catalog.ts';
import { freshHome, runCli, startCli } from './run-cli.ts';

const HOME = { HOME: freshHome() };

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout } = await runCli(['--help'], HOME);
    expect(code).toBe(0);
    for (const name of [
      'exec',
      'serve',
      'credentials',
      'request',
      'complete',
      'grants',
      'findings',
      'passkeys',
      'explain',
      'agents',
      'reviews',
      'kill',
      'ask',
      'audit',
      'report',
      'catalog',
      'dev',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each([
    'exec',
    'serve',
    'credentials',
    'request',
    'complete',
    'grants',
    'findings',
    'passkeys',
    'explain',
    'reviews',
    'ask',
    'report',
  ])('[CLI-15] %s has help with an example and --json', async (name) => {
    const { code, stdout } = await runCli([name, '--help'], HOME);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Examples?/m);
    expect(stdout).toContain('--json');
    expect((await runCli(['help', name], HOME)).stdout).toBe(stdout);
  });

  it.each([
    ['agents', 'retire'],
    ['kill', 'grant'],
    ['audit', 'search'],
  ])('[CLI-15] %s has help with its commands and examples, %s --json', async (group, command) => {
    const { stdout } = await runCli([group, '--help'], HOME);
    expect(stdout).toMatch(new RegExp(`^Examples?:[^]+remit ${group} `, 'm'));
    expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect((await runCli([group, command, '--help'], HOME)).stdout).toContain('--json');
  });

  it('[CLI-15] the file that agents register --help shows can be registered', async () => {
    const { stdout } = await runCli(['agents', 'register', '--help'], HOME);
    const shown = JSON.parse(/^ {2}\{\n[\s\S]+?^ {2}\}$/m.exec(stdout)?.[0] ?? '');
    const issuer = { name: 'github', issuer: shown.bindings[0].issuer } as Issuer;
    const catalog = {
      ...sampleCatalog({ issuers: [issuer], agents: [] }),
      runtimeAssignableGroups: shown.groups,
    };
    const now = new Date('2026-11-24T00:00:00Z');
    expect(checkRegistration(catalog, shown, now)).toMatchObject(shown);
    const named = { ...shown, bindings: [shown.bindings[0], { issuer: 'github', subject: 's' }] };
    expect(() => checkRegistration(catalog, named, now)).toThrow(
      expect.objectContaining({
        code: 'agent_malformed',
        members: { where: 'bindings.1.issuer', problem: expect.any(String) },
      }),
    );
  });

  it('[CLI-9] a mistyped framework is told the nearest one, and all there are', async () => {
    const { code, stderr } = await runCli(['report', 'nist-ai-rm'], HOME);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no framework nist-ai-rm. Did you mean nist-ai-rmf?');
    expect(stderr).toContain('fix: name one of: owasp-nhi, ');
  });

  it('[CLI-9] a reader who leaves early gets no stack trace', async () => {
    const { child, done } = startCli(['report', '--help'], HOME);
    child.stdout?.destroy();
    expect(await done).toMatchObject({ code: 0, stderr: '' });
  });

  it('--version is that of the package', async () => {
    const { stdout } = await runCli(['--version'], HOME);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('[CLI-9] a mistyped command, a missing option and a value that cannot be read end with code 2', async () => {
    const typo = await runCli(['explan'], HOME);
    expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean explain?') });
    const missing = await runCli(['request'], HOME);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--task <id>' not specified"),
    });
    const unreadable = await runCli(['serve', '--task', 't', '--port', '99999'], HOME);
    expect(unreadable).toMatchObject({ code: 2, stderr: expect.stringContaining('from 0 to 65535') });
  });

  it('[CLI-9] no assertion, no broker, no table: a sentence and a fix each, no stack', async () => {
    const env = { ...HOME, REMIT_ASSERTION_SOURCE: 'github' };
    const noSource = await runCli(['request', '--task', 't'], env);
    const noBroker = await runCli(['request', '--task', 't', '--broker', 'http://remit.example.com'], HOME);
    const noTable = await runCli(['grants'], HOME);
    for (const { stderr, code } of [noSource, noBroker, noTable]) {
      expect(stderr).toMatch(/^remit: .*\.( \([a-z_]+\))?\n {2}fix: .*\n$/);
      expect(code).not.toBe(0);
    }
    expect(noBroker.stderr).toContain('must be https');
    expect(noTable.code).toBe(4);
  });
});
