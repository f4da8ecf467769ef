// What exec, serve and request begin with: the task that is asked for, a cache of its lease, and somebody who waits
// with the reader while people decide.

import { BrokerError } from '../src/client/broker-error.ts';
import type { TaskAsked } from '../src/client/lease.ts';
import { createLeaseCache, type LeaseCache } from '../src/client/lease-cache.ts';
import { meantInCatalog } from './catalog-names.ts';
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
  if (!options.resume) await waiter.mention();
  const { onWaiting } = waiter;
  const cache = createLeaseCache(connection.client, asked, {
    resume,
    waitForApproval,
    onNotice: notice,
    onWaiting,
  });
  return { asked, saved, cache: suggesting(cache, asked.task), waiter };
}

/** The same cache; of a task that there is not it says which may be meant, as far as the catalog lies here. */
function suggesting(cache: LeaseCache, task: string): LeaseCache {
  return {
    get: (options) =>
      cache.get(options).catch(async (error: unknown) => {
        if (!(error instanceof BrokerError) || error.code !== 'task_unknown') throw error;
        const { code, requestId } = error;
        const meant = await meantInCatalog('task', task);
        throw new BrokerError(`${error.message}${meant}`, { code, requestId, cause: error });
      }),
    held: () => cache.held(),
    close: (outcome) => cache.close(outcome),
    detach: () => cache.detach(),
  };
}
