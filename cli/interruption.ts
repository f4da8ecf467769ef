// Ctrl-C and its relatives: the first one ends the work in order, a later one is for those who cannot wait.

import { FORWARDED, type ForwardedSignal, signalExit } from './child-process.ts';

/** Signals that reached this process. */
export interface Interruption {
  /** Settles with the first signal. */
  readonly first: Promise<ForwardedSignal>;
  /** Who hears of every signal from now on, the earlier listener no more. */
  listen(listener: (signal: ForwardedSignal) => void): void;
  /** Signals end the process at once again. */
  stop(): void;
}

/** Takes over signal handling. */
export function catchSignals(): Interruption {
  let listener: (signal: ForwardedSignal) => void = () => undefined;
  let settle: (signal: ForwardedSignal) => void = () => undefined;
  const first = new Promise<ForwardedSignal>((resolve) => {
    settle = resolve;
  });
  const handler = (signal: NodeJS.Signals) => {
    settle(signal as ForwardedSignal);
    listener(signal as ForwardedSignal);
  };
  for (const signal of FORWARDED) process.on(signal, handler);
  return {
    first,
    listen: (next) => {
      listener = next;
    },
    stop: () => {
      for (const signal of FORWARDED) process.removeListener(signal, handler);
    },
  };
}

/** Ends the process at once; for a signal while the grant is being completed. */
export function leaveNow(signal: ForwardedSignal): never {
  process.stderr.write('remit: stopped before the grant was completed; its lease ends by itself\n');
  process.exit(signalExit(signal));
}
