// `npm run bench`: measures what we promise and prints ratios of one run. `npm run bench -- --json`, or the names of
// the measurements wanted. Nothing here is a test: a busy machine is no failure. See docs/architecture.md.

import { cpus } from 'node:os';
import { avoidInlinedWasmCalls } from '../src/adapters/local/wasm-calls.ts';
import { approvals } from './approvals.ts';
import { asset } from './asset.ts';
import { consoleSize } from './console.ts';
import { coreExchange } from './core-exchange.ts';
import { type Figure, figureLine, isReached, type Measurement } from './figure.ts';
import { listing } from './listing.ts';
import { timeToDead } from './local-rate.ts';
import { registry } from './registry.ts';
import { requests } from './requests.ts';

const MEASUREMENTS: readonly Measurement[] = [
  coreExchange,
  requests,
  asset,
  listing,
  registry,
  consoleSize,
  approvals,
  timeToDead,
];

avoidInlinedWasmCalls();

const [flags, names] = partition(process.argv.slice(2), (word) => word.startsWith('--'));
const unknown = names.filter((name) => MEASUREMENTS.every((each) => each.name !== name));
if (unknown.length > 0 || flags.some((flag) => flag !== '--json')) {
  const known = MEASUREMENTS.map((each) => each.name).join(', ');
  process.stderr.write(`usage: npm run bench -- [--json] [measurement…], of: ${known}\n`);
  process.exit(2);
}
const isJson = flags.includes('--json');
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: cpus().length,
};
if (!isJson) print(`Remit on Node ${machine.node}, ${machine.platform}, ${machine.cores} cores\n`);

const results: Record<string, readonly (Figure & { readonly reached: boolean | undefined })[]> = {};
for (const measurement of MEASUREMENTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (!isJson) print(measurement.title);
  const figures = await measurement.run();
  results[measurement.name] = figures.map((figure) => ({ ...figure, reached: isReached(figure) }));
  if (!isJson) print(`${figures.map(figureLine).join('\n')}\n`);
}
if (isJson) print(JSON.stringify({ machine, results }, undefined, 2));
// idle handles of libraries under measurement keep nobody waiting
process.exit(0);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function partition(words: readonly string[], isFirst: (word: string) => boolean): [string[], string[]] {
  return [words.filter(isFirst), words.filter((word) => !isFirst(word))];
}
