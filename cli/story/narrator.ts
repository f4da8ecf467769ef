// How the story is told: numbered acts, sentences, and checks that either hold or count against the exit code.
// With --json each of them is one JSON object per line.

/** Tells the story and counts what did not behave. */
export interface Narrator {
  act(title: string): void;
  say(sentence: string): void;
  /** One thing that was tried; `held` is whether it came out as it must. */
  check(claim: string, held: boolean): void;
  /** Claims that did not hold. */
  readonly failures: readonly string[];
}

interface Style {
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const PLAIN: Style = { bold: (text) => text, good: (text) => text, bad: (text) => text };
const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const COLOURED: Style = { bold: paint(1), good: paint(32), bad: paint(31) };

/** For people: text on `out`, coloured on a terminal unless NO_COLOR is set. */
export function createNarrator(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Narrator {
  const style = out.isTTY && !env['NO_COLOR'] ? COLOURED : PLAIN;
  const line = (text: string) => out.write(`${text}\n`);
  let acts = 0;
  return collect({
    act: (title) => line(`\n${style.bold(`${++acts}  ${title}`)}`),
    say: (sentence) => line(`     ${sentence}`),
    check: (claim, held) => line(`   ${held ? style.good('✓') : style.bad('✗ did not hold:')} ${claim}`),
  });
}

/** For programs: one JSON object per line. */
export function createJsonNarrator(out: NodeJS.WritableStream): Narrator {
  const line = (value: object) => out.write(`${JSON.stringify(value)}\n`);
  return collect({
    act: (title) => line({ event: 'act', title }),
    say: (sentence) => line({ event: 'say', sentence }),
    check: (claim, held) => line({ event: 'check', claim, held }),
  });
}

function collect(teller: Omit<Narrator, 'failures'>): Narrator {
  const failures: string[] = [];
  return {
    ...teller,
    failures,
    check: (claim, held) => {
      if (!held) failures.push(claim);
      teller.check(claim, held);
    },
  };
}
