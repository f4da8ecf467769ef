// The synthesized stack for local mode. Synthesis takes seconds (aws-cdk-lib alone), so its result is kept under
// node_modules/.cache, keyed by everything it is made from: catalog, infrastructure code and installed packages.

import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackTemplate } from '../../src/adapters/local/template/resolve.ts';
import { sourceKey } from './source-key.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/agent-remit');
const CHILD = fileURLToPath(new URL('./synth-child.ts', import.meta.url));
/** What the template is made from, beside the catalog. */
const SOURCES = [
  'lib',
  'src/core/catalog',
  'src/core/iam',
  'src/config',
  'cli/local/synth-child.ts',
  'package-lock.json',
];

/** The stack of the catalog in this directory, from the cache or made now. @throws Error with synth's own words. */
export async function loadStack(
  catalogDirectory: string,
  options: { readonly catalogDigest: string; readonly onSynth: () => void; readonly asDeployed?: boolean },
): Promise<StackTemplate> {
  const key = await sourceKey(ROOT, SOURCES, options.catalogDigest);
  const kind = options.asDeployed === true ? 'deployed' : 'stack';
  const file = join(CACHE, `${kind}-${key}.json`);
  const cached = await readFile(file, 'utf8').catch(() => undefined);
  if (cached !== undefined) return JSON.parse(cached) as StackTemplate;
  options.onSynth();
  const text = await synthesize([resolve(catalogDirectory), ...(kind === 'deployed' ? ['retain'] : [])]);
  const stack = JSON.parse(text) as StackTemplate;
  await keep(file, { kind, text }).catch(() => undefined);
  return stack;
}

/** Written beside and renamed, so that a reader never sees half a file; older ones are dropped. */
async function keep(
  file: string,
  { kind, text }: { readonly kind: string; readonly text: string },
): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
  const old = (await readdir(CACHE)).filter((name) => name.startsWith(`${kind}-`) && !file.endsWith(name));
  await Promise.all(old.map((name) => rm(join(CACHE, name), { force: true })));
}

/** In a process of its own, so that the CDK's memory goes with it. */
function synthesize(of: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, ...of], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done(Buffer.concat(out).toString());
      else fail(new Error(`the stack does not synthesize:\n${Buffer.concat(complaints).toString().trim()}`));
    });
  });
}
