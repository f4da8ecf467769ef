// What the catalog check says about an issuer or a binding: an error stops the synth, a warning is shown.

export interface Finding {
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

/** A finding that stops the synth. */
export const error = (message: string, fix: string): Finding => ({ severity: 'error', message, fix });

/** A finding that is shown. */
export const warning = (message: string, fix: string): Finding => ({ severity: 'warning', message, fix });

/** The findings of those checks that do not hold. */
export function findingsOf(
  checks: readonly (readonly [holds: boolean, finding: Finding])[],
): readonly Finding[] {
  return checks.filter(([holds]) => !holds).map(([, finding]) => finding);
}
