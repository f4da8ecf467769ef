// CPU time of asynchronous work, all threads of the process: crypto on the thread pool counts too.

import { median } from './figure.ts';

/** Work to measure: one operation. */
export type Operation = () => Promise<unknown>;

interface Plan {
  /** Operations before anything is measured. */
  readonly warmUp: number;
  /** Operations of one block. */
  readonly block: number;
  readonly blocks: number;
}

/** Microseconds of CPU per operation, measured in turns so that all see the same machine; medians of the blocks. */
export async function cpuMicroseconds<Name extends string>(
  operations: Readonly<Record<Name, Operation>>,
  plan: Plan,
): Promise<Record<Name, number>> {
  const named = Object.entries(operations) as [Name, Operation][];
  const blocks = new Map(named.map(([name]) => [name, [] as number[]]));
  for (const [, operation] of named) await repeat(operation, plan.warmUp);
  for (let block = 0; block < plan.blocks; block += 1)
    for (const [name, operation] of named)
      blocks.get(name)?.push(await cpuOf(() => repeat(operation, plan.block), plan.block));
  return Object.fromEntries([...blocks].map(([name, values]) => [name, median(values)])) as Record<
    Name,
    number
  >;
}

async function cpuOf(work: Operation, operations: number): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

async function repeat(operation: Operation, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await operation();
}
