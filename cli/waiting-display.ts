// What a person at a terminal sees while people decide: who is asked, how many have agreed, the code that both sides
// compare, how long is left, and where it is decided. One line that is rewritten on a terminal, a line every half
// minute elsewhere, events with --json.

import type { Pending } from '../src/client/lease.ts';
import { printable } from './print.ts';

const REWRITE_EVERY_MS = 1_000;
const LINE_EVERY_MS = 30_000;

/** Where lines go, and what it is. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Shows the waiting; `show(undefined)` ends it. */
export interface WaitingDisplay {
  show(pending: Pending | undefined): void;
}

/** A display for people, or for programs with `json`. */
export function createWaitingDisplay(
  options: {
    readonly json?: boolean | undefined;
    readonly screen?: Screen;
    readonly now?: () => number;
  } = {},
): WaitingDisplay {
  const { json = false, screen = process.stderr, now = Date.now } = options;
  if (json) return { show: createEvents(screen) };
  return { show: screen.isTTY ? createLiveLine(screen, now) : createLines(screen, now) };
}

/** `waiting for finance-leads · 0 of 1 · code ABCD-EFGH · 29:41 left · http://…`. */
export function waitingLine({ grant, asked, lapsesAt }: Pending, now: number): string {
  const left = lapsesAt === undefined ? [] : [`${spanOf(lapsesAt.getTime() - now)} left`];
  if (asked === undefined)
    return [`waiting for a person to decide about ${printable(grant.grantId)}`, ...left].join(' · ');
  const { approvers, approved, quorum, bindingCode, url } = asked;
  const parts = [`waiting for ${approvers}`, `${approved} of ${quorum}`, `code ${bindingCode}`, ...left, url];
  return printable(parts.join(' · '));
}

function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (value: number) => String(value).padStart(2, '0');
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  return hours === 0 ? tail : `${hours}:${tail}`;
}

/** Rewritten each second; the terminal's width bounds it, so that it never wraps. */
function createLiveLine(screen: Screen, now: () => number): WaitingDisplay['show'] {
  let timer: NodeJS.Timeout | undefined;
  let current: Pending | undefined;
  const clear = () => screen.write('\r\u001b[K');
  const draw = () => {
    if (current === undefined) return;
    clear();
    screen.write(`remit: ${waitingLine(current, now())}`.slice(0, (screen.columns ?? 80) - 1));
  };
  return (pending) => {
    const isFirst = current === undefined && pending !== undefined;
    current = pending;
    if (pending === undefined) {
      clearInterval(timer);
      clear();
      return;
    }
    // the whole of it once: the address may not fit into one line
    if (isFirst) screen.write(`remit: ${waitingLine(pending, now())}\n`);
    draw();
    if (!isFirst) return;
    timer = setInterval(draw, REWRITE_EVERY_MS);
    timer.unref();
  };
}

function createLines(screen: Screen, now: () => number): WaitingDisplay['show'] {
  let last: { readonly at: number; readonly approved: number | undefined } | undefined;
  return (pending) => {
    if (pending === undefined) {
      last = undefined;
      return;
    }
    const approved = pending.asked?.approved;
    const isDue = last === undefined || now() - last.at >= LINE_EVERY_MS || approved !== last.approved;
    if (!isDue) return;
    last = { at: now(), approved };
    screen.write(`remit: ${waitingLine(pending, now())}\n`);
  };
}

/** One event when the waiting begins and one for each change; nothing else. */
function createEvents(screen: Screen): WaitingDisplay['show'] {
  let last: string | undefined;
  return (pending) => {
    const event =
      pending === undefined
        ? { event: 'waiting-over' }
        : { event: 'waiting', grantId: pending.grant.grantId, ...pending.asked };
    const line = JSON.stringify(event);
    if (line === last) return;
    last = line;
    // the time left moves all the time, so it is told but makes no event of its own
    const told = pending === undefined ? event : { ...event, lapsesAt: pending.lapsesAt };
    screen.write(`${JSON.stringify(told)}\n`);
  };
}
