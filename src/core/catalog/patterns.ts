// A parameter's pattern: a regular expression that a hostile value cannot make slow. Groups that repeat may not
// hold a choice or another repetition, which is what takes exponential time; values have a length limit besides.

const GROUP_REPEATS = /^(?:[*+]|\{\d+(?:,\d*)?\})/;

/** The pattern as it is used: the whole value, always. */
export function anchored(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

/** What is wrong with a pattern, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  try {
    // by itself, and not only anchored: `a)|(b` would close the anchor's group
    new RegExp(pattern, 'u');
    anchored(pattern);
  } catch {
    return 'is not a regular expression';
  }
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return 'has a back reference, a lookaround or a named group';
  return repeatsWhatVaries(pattern) ? 'repeats a group that holds a choice or a repetition' : undefined;
}

function repeatsWhatVaries(pattern: string): boolean {
  const varies: boolean[] = [];
  for (const { symbol, rest } of symbolsOf(pattern)) {
    if (symbol === '(') varies.push(false);
    else if (symbol === ')') {
      const inside = varies.pop() ?? false;
      const repeated = GROUP_REPEATS.test(rest);
      if (inside && repeated) return true;
      if (inside || repeated) mark(varies);
    } else if (/[|*+{]/.test(symbol)) mark(varies);
  }
  return false;
}

function mark(varies: boolean[]): void {
  if (varies.length > 0) varies[varies.length - 1] = true;
}

/** The symbols of a pattern outside classes and escapes, each with what follows it. */
function symbolsOf(pattern: string): { symbol: string; rest: string }[] {
  const bare = pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gsu, (found) => '.'.repeat(found.length));
  return [...bare].map((symbol, index) => ({ symbol, rest: bare.slice(index + 1) }));
}
