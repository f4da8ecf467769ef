// Waiting for people from the command line: shown while it lasts, kept as soon as it begins, so that --resume finds the
// request again however this process ends, and left alone when somebody presses Ctrl-C meanwhile.

import { BrokerError } from '../src/client/broker-error.ts';
import type { Pending } from '../src/client/lease.ts';
import type { Held } from '../src/client/lease-cache.ts';
import { notice, printable } from './print.ts';
import { forgetGrant, listSavedGrants, type SavedFor, type SavedGrant, saveGrant } from './saved-grant.ts';
import { createWaitingDisplay } from './waiting-display.ts';

/** One request that may have to wait. */
export interface Waiter {
  /** The newest kept request of this task that waits for people. Says which, and what else is kept, or that there is none. */
  resume(): Promise<Held | undefined>;
  /** Says which requests of this task wait already, before another one is made. */
  mention(): Promise<void>;
  /** For the lease cache. */
  readonly onWaiting: (pending: Pending | undefined) => void;
  /** Whether a request is left to people, as far as is known here. */
  isWaiting(): boolean;
  /** Leaves the request waiting, kept for --resume, and says so. */
  leave(): Promise<void>;
  /** It was decided, or failed with `error`: what is over is forgotten. */
  settle(error?: unknown): Promise<void>;
}

/** Shows, keeps and forgets for this task. */
export function createWaiter(of: SavedFor, json: boolean | undefined): Waiter {
  const display = createWaitingDisplay({ json });
  let waits = false;
  /** Of the request that is kept. */
  let kept: string | undefined;
  let saving: Promise<void> = Promise.resolve();
  const keep = (pending: Pending) => {
    if (pending.grant.grantId === kept) return;
    kept = pending.grant.grantId;
    saving = saveGrant({ grant: pending.grant, pending: true }, of).catch(() =>
      notice('the waiting request could not be kept on this machine; --resume will not find it'),
    );
  };
  return {
    resume: async () => {
      const held = await findWaiting(of.key, json);
      kept = held?.grant.grantId;
      waits = held !== undefined;
      return held;
    },
    mention: () => mention(of.key, json),
    onWaiting: (pending) => {
      if (pending !== undefined) keep(pending);
      waits = pending !== undefined;
      display.show(pending);
    },
    isWaiting: () => waits,
    leave: async () => {
      display.show(undefined);
      await saving;
      if (kept === undefined) return;
      notice(`request ${printable(kept)} goes on waiting; the same command with --resume comes back to it`);
    },
    settle: async (error) => {
      await saving;
      waits = kept !== undefined && mayGoOn(error);
      if (kept === undefined || waits) return;
      await forgetGrant(kept);
      kept = undefined;
      if (error === undefined && !json) notice('the request was approved');
    },
  };
}

async function mention(key: string, json: boolean | undefined): Promise<void> {
  const waiting = await waitingFor(key);
  if (waiting.length === 0) return;
  const [which, one] = waiting.length > 1 ? ['requests', 'the newest'] : ['request', 'it'];
  tell(
    { event: 'waits-already', grantIds: waiting.map(({ grant }) => grant.grantId) },
    `${which} ${idsOf(waiting)} of this task and these parameters waited already; this asks for another, --resume comes back to ${one}`,
    json,
  );
}

async function findWaiting(key: string, json: boolean | undefined): Promise<Held | undefined> {
  const [newest, ...others] = await waitingFor(key);
  if (newest === undefined) {
    notice('no request of this task is kept that waits for people; asking anew');
    return undefined;
  }
  const { grantId } = newest.grant;
  const also = others.length === 0 ? '' : `; also kept: ${idsOf(others)}`;
  const event = { event: 'resuming', grantId, others: others.map(({ grant }) => grant.grantId) };
  tell(event, `going on with request ${printable(grantId)}${also}`, json);
  return { grant: newest.grant, pending: true };
}

/** The newest first. */
async function waitingFor(key: string): Promise<readonly SavedGrant[]> {
  return (await listSavedGrants(key)).filter(({ pending }) => pending);
}

function idsOf(saved: readonly SavedGrant[]): string {
  return saved.map(({ grant }) => printable(grant.grantId)).join(', ');
}

/** For programs an event on stderr, as those of the waiting are. */
function tell(event: object, sentence: string, json: boolean | undefined): void {
  if (json) process.stderr.write(`${JSON.stringify(event)}\n`);
  else notice(sentence);
}

/** A broker that is away decides nothing. */
function mayGoOn(error: unknown): boolean {
  return error instanceof BrokerError && (error.retryable || error.code === 'closed');
}
