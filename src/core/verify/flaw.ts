// What is wrong with a token, a proof or a key, for the log only. The verifiers turn it into their one refusal, so
// that a caller never learns which check failed.

/** A failed check. `message` names the check; it never holds a token or an expected value. */
export class Flaw extends Error {
  override readonly name = 'Flaw';
}

/** @throws Flaw naming the check, unless it held. */
export function must(held: boolean, check: string): asserts held {
  if (!held) throw new Flaw(check);
}
