// Switches: what people stop as a whole, whoever asks.

import type { LastChange } from '../model.ts';

/** What a switch stops: all tasks, one task, or every workload that one issuer attests. */
export type StopScope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'issuer'; readonly id: string };

/** A switch that is on: nothing in its scope gets a lease. */
export interface Stop {
  readonly scope: StopScope;
  /** The first order since it was last off. */
  readonly change: LastChange;
  /** How many orders there were since then. */
  readonly orders: number;
}
