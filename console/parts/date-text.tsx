// A date in the reader's zone, with UTC on hover and for machines; and how long something still lasts.

import { useNow } from './clock.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** One instant. Nothing for a date that cannot be read. */
export function DateText({ at }: { at: string | undefined }) {
  const date = at === undefined ? undefined : new Date(at);
  if (date === undefined || Number.isNaN(date.getTime())) return <>–</>;
  const utc = `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  return (
    <time dateTime={date.toISOString()} title={`${utc} · ${zoned.format(date)}`}>
      {local.format(date)}
    </time>
  );
}

/** An instant as the core writes it. */
const INSTANT = /\b(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** A sentence as the core writes it; instants in it are shown as everywhere else. */
export function Sentence({ text }: { text: string }) {
  const parts = text.split(INSTANT);
  return parts.map((part, index) =>
    // what split keeps of the expression stands at the odd places
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name
    index % 2 === 1 ? <DateText key={index} at={part} /> : part,
  );
}

const MINUTE = 60;
const HOUR = 3600;

/** `2 h 5 min`, `4 min 10 s`, `9 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const rest = whole % MINUTE;
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  if (minutes > 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  return `${rest} s`;
}

/** Counts down to an instant by the server's clock. */
export function TimeLeft({ until }: { until: string }) {
  const left = (Date.parse(until) - useNow(1000)) / 1000;
  const text = left > 0 ? `${duration(left)} left` : 'time is over';
  return (
    <span title={`until ${new Date(until).toISOString().replace('T', ' ').slice(0, 19)} UTC`}>{text}</span>
  );
}
