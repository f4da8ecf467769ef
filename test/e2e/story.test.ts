import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { verifySource } from '../../cli/audit/verify.ts';
import { createJsonNarrator } from '../../cli/story/narrator.ts';
import { performStory } from '../../cli/story/story.ts';
import { startLocal } from '../support/local.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;
const running: Child[] = [];
const STATE = mkdtempSync(join(tmpdir(), 'remit-story-'));
afterAll(() => rmSync(STATE, { recursive: true }));

function remit(args: readonly string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, ['cli/remit.mjs', ...args], {
    env: { ...process.env, REMIT_PORT: '0', REMIT_AWS_PORT: '0', REMIT_STATE_DIR: STATE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

function collect(child: Child) {
  const collected = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      collected.text += chunk.toString();
    });
  return collected;
}

/** The story is in the trail, which is whole, and nothing that could be used again is. */
async function expectTrail(): Promise<void> {
  const [trail, publicKey] = [join(STATE, 'trail'), join(STATE, 'audit', 'public-key.pem')];
  const { ok, records } = await verifySource(trail, { broker: 'https://nowhere.example', publicKey });
  expect([ok, records > 10]).toEqual([true, true]);
  const files = readdirSync(STATE, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const texts = files
    .filter(({ name }) => name !== 'signing-key.pem')
    .map((each) => readFileSync(join(each.parentPath, each.name), 'utf8'));
  const text = texts.join('\n');
  for (const type of ['grant.reserved', 'lease.issued', 'grant.ended', 'token.refused'])
    expect(text).toContain(`remit.${type}`);
  // assertions, handles, access keys, session tokens
  for (const secret of [
    /eyJ[\w-]{10,}\.[\w-]+/,
    /[0-9A-Z]{26}\.[\w-]{43}/,
    /"SecretAccessKey/i,
    /[A-Za-z0-9+/]{250}/,
  ])
    expect(text).not.toMatch(secret);
}

const ended = (child: Child) => new Promise<number | null>((resolve) => child.once('close', resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe('the story', () => {
  it('is performed from assertion to dead credential and ends with exit code 0 [STORY-1]', async () => {
    const child = remit(['dev', '--story', '--once', '--json']);
    const output = collect(child);
    const code = await ended(child);
    const lines = output.text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { event: string; claim?: string; held?: boolean });
    expect(lines[0]).toMatchObject({ event: 'ready', broker: expect.stringContaining('http://localhost:') });
    const checks = lines.filter(({ event }) => event === 'check');
    expect(checks.filter(({ held }) => !held)).toEqual([]);
    for (const told of [
      /GetObject .*allowed/,
      /AccessDenied/,
      /granted: [0-9A-Z]{26}/,
      /time to dead: [\d.]+ s/,
      /goes on working/,
    ])
      expect(
        checks.some(({ claim = '' }) => told.test(claim)),
        String(told),
      ).toBe(true);
    expect(code).toBe(0);
    await expectTrail();
  }, 180_000);

  it('counts a step that does not behave [STORY-2]', async () => {
    const local = await startLocal();
    // a role that lost its policies: what the story expects to be allowed is denied
    try {
      const tell = createJsonNarrator({ write: () => true } as unknown as NodeJS.WritableStream);
      for (const role of local.roles()) if (role.name.includes('export-invoices')) role.policies.clear();
      await performStory(
        { brokerUrl: local.brokerUrl, awsUrl: local.awsUrl, region: local.region },
        tell,
      ).catch(() => undefined);
      expect(tell.failures.some((claim) => claim.startsWith('GetObject'))).toBe(true);
    } finally {
      await local.close();
    }
  }, 180_000);

  it('stays up without --once, works as its printed commands say, and ends cleanly on SIGTERM [STORY-3] [STORY-4]', async () => {
    const child = remit(['dev']);
    const output = collect(child);
    await until(() => output.text.includes('Ctrl-C ends local mode') || child.exitCode !== null);
    expect(output.text).toMatch(/^remit ready broker=http:\/\/localhost:\d+ aws=http:\/\/127\.0\.0\.1:\d+$/m);
    const commands = output.text.split('\n').filter((line) => line.includes('npx --no remit '));
    expect(commands).toHaveLength(5);
    for (const command of commands) {
      const shell = spawn('sh', ['-c', command.trim()], { stdio: ['ignore', 'pipe', 'pipe'] });
      running.push(shell);
      const shown = collect(shell);
      expect(await ended(shell), `${command}\n${shown.text}`).toBe(0);
    }
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  }, 240_000);
});
