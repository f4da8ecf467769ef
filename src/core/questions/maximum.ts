// The largest of many numbers: a spread call would overflow the stack on a large catalog.

/** 0 when there are none. */
export function maximum(numbers: readonly number[]): number {
  return numbers.reduce((largest, each) => Math.max(largest, each), 0);
}
