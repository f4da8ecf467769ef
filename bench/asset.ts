// The token function's asset: its size zipped, its import against a bundle of the same libraries alone, and its
// first answer.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { compileForSynth } from '../lib/compile-for-synth.ts';
import { bundle } from '../lib/constructs/bundle.ts';
import { peopleEnvironment } from '../test/support/people-environment.ts';
import { type Figure, type Measurement, median } from './figure.ts';

const ROUNDS = 11;
const ENTRY_OVERHEAD_BYTES = 150;
const LIBRARIES_ENTRY = fileURLToPath(new URL('./libraries-only.ts', import.meta.url));

/** Bytes of the directory as a zip would have them. */
function zippedBytes(directory: string): number {
  return readdirSync(directory)
    .map(
      (name) =>
        deflateRawSync(readFileSync(join(directory, name)), { level: 9 }).length + ENTRY_OVERHEAD_BYTES,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
}

function importMs(directory: string): number {
  const script = `const t = performance.now(); await import('${directory}/index.mjs'); console.log(performance.now() - t); process.exit(0)`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

async function run(): Promise<readonly Figure[]> {
  const catalog = compileForSynth({ catalog: 'catalog', prefix: 'remit' });
  const token = bundle({ entry: 'token', catalog, cedar: true });
  const libraries = bundle({ file: LIBRARIES_ENTRY, entry: 'libraries', cedar: true });
  try {
    const pairs = Array.from({ length: ROUNDS }, () => ({
      token: importMs(token),
      libraries: importMs(libraries),
    }));
    const tokenMs = median(pairs.map((pair) => pair.token));
    const librariesMs = median(pairs.map((pair) => pair.libraries));
    return [
      { name: 'token asset, zipped', value: zippedBytes(token) / 1e6, unit: 'MB', aim: { atMost: 2 } },
      {
        name: 'its import ÷ its libraries alone',
        value: tokenMs / librariesMs,
        unit: '×',
        aim: { atMost: 1.2 },
      },
      { name: 'its import', value: tokenMs, unit: 'ms' },
      {
        name: 'first answer after import',
        value: firstAnswerMs(token),
        unit: 'ms',
        note: 'a form without a token',
      },
    ];
  } finally {
    for (const directory of [token, libraries]) rmSync(directory, { recursive: true });
  }
}

function firstAnswerMs(directory: string): number {
  const env = {
    BROKER_URL: 'https://broker.acme.dev',
    CATALOG_FILE: join(directory, 'catalog.json'),
    GRANTS_TABLE: 'g',
    REGISTRY_TABLE: 'r',
    REPLAY_TABLE: 'p',
    BUDGETS_TABLE: 'b',
    ROLE_PREFIX: 'remit',
    ROLE_ACCOUNT: '111122223333',
    ROLE_PARTITION: 'aws',
    ...peopleEnvironment,
    PEOPLE_ISSUER: JSON.stringify(peopleEnvironment.PEOPLE_ISSUER),
    AWS_REGION: 'eu-west-1',
  };
  const file = join(directory, 'first.mjs');
  writeFileSync(
    file,
    `const { handler } = await import('./index.mjs');
     const event = { rawPath: '/oauth2/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
       body: 'grant_type=x', requestContext: { requestId: 'r', http: { method: 'POST', path: '/oauth2/token' } } };
     const log = console.log; console.log = () => {};
     const t = performance.now(); await handler(event); const ms = performance.now() - t;
     process.stderr.write(String(ms)); process.exit(0);`,
  );
  const script = `require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(file)}], { stdio: ['ignore', 'ignore', 1] })`;
  return Number(
    execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ...process.env, ...env } })
      .split('\n')
      .at(-1),
  );
}

export const asset: Measurement = { name: 'asset', title: 'The token function as it is deployed', run };
