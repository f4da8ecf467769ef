// What a person at a terminal sees while people decide: how long is left, who is asked, how many have agreed, the code
// that both sides compare, and where it is decided. One line that is rewritten on a terminal, a line every half
// minute elsewhere, events with --json.

import type { Pending } from '../src/client/lease.ts';
import { cut, printable } from './print.ts';

const REWRITE_EVERY_MS = 1_000;
const LINE_EVERY_MS = 30_000;
/** Of a terminal that does not tell. */
const PLAIN_COLUMNS = 80;
const GAP = ' · ';
/** Groups that are cut below it name nobody. */
const LEAST_GROUPS = 12;
/** And an address leads nowhere; it is left out. */
const LEAST_ADDRESS = 24;

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

/** `29:41 left · waiting for finance-leads · 0 of 1 · code ABCD-EFGH · http://…`. */
export function waitingLine(pending: Pending, now: number): string {
  const { left, who, count, code, url } = partsOf(pending, now);
  return joined(left, `waiting for ${who}`, count, code && `code ${code}`, url);
}

/** The same in a width: groups and address are cut, never how long is left nor the code. */
function fittedLine(pending: Pending, now: number, width: number): string {
  const { left, who, count, code, url } = partsOf(pending, now);
  const named = code && `code ${code}`;
  // from the roomiest to what is left on a very narrow terminal
  const narrowest = (groups: string) => joined(left, groups, code);
  const forms = [
    (groups: string) => `remit: ${joined(left, `waiting for ${groups}`, count, named)}`,
    (groups: string) => joined(left, `waiting for ${groups}`, named),
    narrowest,
  ];
  const form = forms.find((each) => each(cut(who, LEAST_GROUPS)).length <= width) ?? narrowest;
  const line = form(cut(who, Math.max(1, width - form('…').length + 1)));
  const room = width - line.length - GAP.length;
  return room < LEAST_ADDRESS ? line : joined(line, cut(url, room));
}

/** What a line is made of; empty where the broker has not told. */
function partsOf({ grant, asked, lapsesAt }: Pending, now: number) {
  const left = lapsesAt === undefined ? '' : `${spanOf(lapsesAt.getTime() - now)} left`;
  if (asked === undefined) {
    const who = `a person to decide about ${printable(grant.grantId)}`;
    return { left, who, count: '', code: '', url: '' };
  }
  const { approvers, approved, quorum, bindingCode: code, url } = asked;
  return { left, who: printable(approvers), count: `${approved} of ${quorum}`, code, url: printable(url) };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(GAP);
}

function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (value: number) => String(value).padStart(2, '0');
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  return hours === 0 ? tail : `${hours}:${tail}`;
}

/** Rewritten each second, and no wider than the terminal, so that it does not wrap; 30 columns are enough. */
function createLiveLine(screen: Screen, now: () => number): WaitingDisplay['show'] {
  let timer: NodeJS.Timeout | undefined;
  let current: Pending | undefined;
  const clear = () => screen.write('\r\u001b[K');
  const draw = () => {
    if (current === undefined) return;
    clear();
    screen.write(fittedLine(current, now(), (screen.columns || PLAIN_COLUMNS) - 1));
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
