// The one writer of kill lists: takes roles from the queue, one at a time each; what fails comes again. Between kills it
// looks whether it gets into the other accounts that have task roles.

import { killListOver, tellRuns } from '../src/adapters/aws/kill-list-over.ts';
import { readKillMessage } from '../src/adapters/aws/kill-queue.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type KillListEnv, killListEnv, readEnv } from '../src/config/env.ts';
import { applyKillList, lookInto } from '../src/core/kill/apply-kill-list.ts';

/** Of the queue, or of the schedule. */
type KillListEvent =
  | { readonly Records: readonly { readonly body: string }[] }
  | { readonly accounts: readonly string[] };

/** @throws Refusal when AWS throttles: the queue brings the message again, and the schedule its accounts. */
export function buildKillList(env: KillListEnv, world: World = {}): (event: KillListEvent) => Promise<void> {
  const deps = killListOver(env, world);
  const tell = tellRuns(world);
  const write = (body: string) => {
    const role = readKillMessage(body);
    return tell({ role }, async () => {
      const { entries, wide, did } = await applyKillList(deps, role);
      return { facts: { entries, wide, did }, isShut: did === 'barred' && entries > 0 };
    });
  };
  const look = (account: string) =>
    tell({ account }, async () => {
      const isOpen = await lookInto(deps, account);
      return { facts: { did: isOpen ? 'entered' : 'barred' }, isShut: !isOpen };
    });
  return async (event) => {
    if ('Records' in event) for (const { body } of event.Records) await write(body);
    else await all(event.accounts.map(look));
  };
}

/** One account that throttles keeps no other from being looked at. */
async function all(running: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(running)).find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

export const handler = onFirstEvent(() => buildKillList(readEnv(killListEnv, process.env)));
