// What a person sees while a retired agent dies: the checks, and how long the longest of them takes. A block that is
// rewritten on a terminal; elsewhere a line for each check that is done, and every half minute how long is left.

import type { ToldCheck, ToldOffboarding } from './offboarding.ts';
import { printable } from './print.ts';
import type { Screen } from './waiting-display.ts';

const REWRITE_EVERY_MS = 1_000;
const LINE_EVERY_MS = 30_000;
const MARKS = { done: '✓', waiting: '·', failed: '✗' } as const;
/** A check that was not made is done, and has found nothing. */
const NOT_LOOKED_AT = '–';

/** Shows answers until it is ended. */
export interface OffboardingDisplay {
  show(answer: ToldOffboarding): void;
  end(): void;
}

/** `✓ The registry has the agent as retired.`, `· … (52 s left)`. */
export function checkLine({ says, state, until, basis }: ToldCheck, now: number): string {
  const seconds = until === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  const left = state === 'waiting' && seconds !== undefined ? ` (${seconds} s left)` : '';
  const mark = state === 'done' && basis === 'not-looked-at' ? NOT_LOOKED_AT : MARKS[state];
  return `${mark} ${printable(says)}${left}`;
}

/** A display on standard error, or none. */
export function createOffboardingDisplay(options: {
  readonly isQuiet: boolean;
  readonly screen?: Screen;
  readonly now?: () => number;
}): OffboardingDisplay {
  const { isQuiet, screen = process.stderr, now = Date.now } = options;
  if (isQuiet) return { show: () => undefined, end: () => undefined };
  return screen.isTTY ? createBlock(screen, now) : createLines(screen, now);
}

function createBlock(screen: Screen, now: () => number): OffboardingDisplay {
  let current: ToldOffboarding | undefined;
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) screen.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (current === undefined) return;
    clear();
    // cut to the width, so that a line is a line
    const lines = current.checks.map((check) => checkLine(check, now()).slice(0, (screen.columns ?? 80) - 1));
    screen.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const timer = setInterval(draw, REWRITE_EVERY_MS);
  timer.unref();
  return {
    show(answer) {
      current = answer;
      draw();
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

function createLines(screen: Screen, now: () => number): OffboardingDisplay {
  const told = new Set<string>();
  let last = 0;
  return {
    show({ checks }) {
      const settled = checks.filter(({ id, state }) => state !== 'waiting' && !told.has(id));
      for (const check of settled) {
        told.add(check.id);
        screen.write(`remit: ${checkLine(check, now())}\n`);
      }
      if (now() - last < LINE_EVERY_MS) return;
      last = now();
      for (const check of checks.filter(({ state }) => state === 'waiting'))
        screen.write(`remit: ${checkLine(check, now())}\n`);
    },
    end: () => undefined,
  };
}
