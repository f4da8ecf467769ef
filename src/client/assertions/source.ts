// The port behind which every place stands that a workload can have its assertion from. A new platform is a new
// file and one line in find.ts.

import { BrokerError } from '../broker-error.ts';

/** Where one workload's assertions come from. */
export interface AssertionSource {
  /** Shown to people: `GitHub Actions`, `file /var/run/…`. */
  readonly name: string;
  /** The platform hands out the same token for minutes: then requests prove a key (see proof-key.ts). */
  readonly repeats: boolean;
  /** The platform is told the audience, so a token for another one is an error here already. */
  readonly choosesAudience: boolean;
  /** An assertion for this audience, fresh where the platform mints them. @throws BrokerError */
  fetch(audience: string): Promise<string>;
}

/** What a kind of source may look at to find out whether it is the one. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Base URL of the broker. */
  readonly broker: string;
  readonly fetch: typeof fetch;
  /** Whether a file is there. */
  readonly exists: (path: string) => boolean;
  /** First line of a small file such as those below /sys, or '' when it cannot be read. */
  readonly firstLine: (path: string) => string;
}

/** One kind of source. */
export interface SourceKind {
  /** Its value for REMIT_ASSERTION_SOURCE. */
  readonly id: string;
  /** Whether the surroundings show that this is the platform; never asks the network. */
  applies(around: Surroundings): boolean;
  /** The source; only called when it applies or is named. @throws BrokerError naming what is missing. */
  open(around: Surroundings): AssertionSource;
}

/** The source failed: what happened, and how to mend it. */
export function unavailable(
  sentence: string,
  options: { readonly fix?: string; readonly retryable?: boolean; readonly cause?: unknown } = {},
): BrokerError {
  return new BrokerError(sentence, { code: 'assertion_unavailable', ...options });
}

/** A variable that the source cannot do without. */
export function requireVariable(around: Surroundings, name: string, source: string): string {
  const value = around.env[name];
  if (value) return value;
  throw unavailable(`The assertion source "${source}" needs ${name}, which is not set.`, {
    fix: `set ${name}, or name another source with REMIT_ASSERTION_SOURCE`,
  });
}
