// What a check of a proof is: a sentence, what it rests on, how it stands, and the evidence.

/** A fact of a check: ids, times, counts. */
export type Evidence = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What a check rests on. */
export type Basis = 'observed' | 'reasoned' | 'not-looked-at';

/** One check, and how it stands. */
export interface CheckState {
  readonly id: CheckId;
  /** What holds, or will, in one sentence. */
  readonly says: string;
  readonly basis: Basis;
  /** Why that is enough, or why it could not be looked at. */
  readonly why?: string;
  readonly state: 'done' | 'waiting' | 'failed';
  /** When it can be done at the earliest, if that is a matter of time. */
  readonly until?: Date;
  readonly evidence: Evidence;
}

/** A check as it is told. */
export type ToldCheck = Omit<CheckState, 'until'> & { readonly until?: string };

/** In the order in which they are shown. */
export const CHECK_IDS = [
  'retired',
  'waited-out',
  'grants-ended',
  'leases-over',
  'nothing-later',
  'identities-blocked',
  'kill-lists',
  'last-credentials',
  'no-new-lease',
  'later-events',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];
