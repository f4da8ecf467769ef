// What exec, serve and request begin with: the task that is asked for, a cache of its lease, and somebody who waits
// with the reader while people decide.

import type { TaskAsked } from '../src/client/lease.ts';
import { createLeaseCache, type LeaseCache } from '../src/client/lease-cache.ts';
import { notice } from './print.ts';
import type { SavedFor } from './saved-grant.ts';
import { type ConnectionOptions, connect, savedFor, type TaskOptions, taskAsked } from './task-options.ts';
import { createWaiter, type Waiter } from './waiting.ts';

/** The options of a command that holds one task. */
export interface HoldOptions extends ConnectionOptions, TaskOptions {
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** One task, not asked for yet. */
export interface HeldTask {
  readonly asked: TaskAsked;
  readonly saved: SavedFor;
  readonly cache: LeaseCache;
  readonly waiter: Waiter;
}

/** How the command holds it. */
export interface Holding {
  /** Told to approvers where `--purpose` is not given. */
  readonly purpose: string;
  /** @default true */
  readonly waitForApproval?: boolean | undefined;
}

/** With `--resume`, the request that was left waiting. @throws BrokerError `assertion_unavailable` */
export async function holdTask(
  options: HoldOptions,
  { purpose, waitForApproval }: Holding,
): Promise<HeldTask> {
  const asked = taskAsked(options, purpose);
  const connection = connect(options);
  const saved = savedFor(connection, asked);
  const waiter = createWaiter(saved, options.json);
  const resume = options.resume ? await waiter.resume() : undefined;
  const { onWaiting } = waiter;
  const cache = createLeaseCache(connection.client, asked, {
    resume,
    waitForApproval,
    onNotice: notice,
    onWaiting,
  });
  return { asked, saved, cache, waiter };
}
