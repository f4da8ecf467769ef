// A list of the API on one page: its filters are in the address, its pages are known by the API's own tokens.

import { useState } from 'react';
import { type Answer, useAnswer } from '../api/use-answer.ts';
import { hashOf, readRoute, replaceHash, useHash } from '../app/route.ts';
import type { Filter, Paging } from './table-page.tsx';

const PAGE_SIZE = '25';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What a page needs to show a list. */
export interface Listing<Value> {
  readonly answer: Answer<Value>;
  readonly chosen: Readonly<Record<string, string>>;
  readonly onFilter: (name: string, value: string) => void;
  readonly paging: Paging;
}

/** @param page the page's own address @param from the list's address at the API */
export function useListing<Value extends { readonly next?: string }>(
  page: string,
  from: string,
  filters: readonly Filter[],
): Listing<Value> {
  const { query } = readRoute(useHash());
  const chosen = Object.fromEntries(filters.map(({ name }) => [name, query.get(name) ?? '']));
  const of = JSON.stringify(chosen);
  // tokens of the pages before this one; the first has none. They count for the filters that they came with
  const [seen, setSeen] = useState<{ readonly of: string; readonly tokens: readonly string[] }>();
  const tokens = seen?.of === of ? seen.tokens : [];
  const setTokens = (next: readonly string[]) => setSeen({ of, tokens: next });
  const answer = useAnswer<Value>(addressOf(from, { filters, chosen, next: tokens.at(-1) }));
  const next = answer.value?.next;
  const goTo = (wanted: number) => {
    if (wanted <= tokens.length) setTokens(tokens.slice(0, wanted - 1));
    else if (next !== undefined) setTokens([...tokens, next]);
  };
  return {
    answer,
    chosen,
    onFilter: (name, value) => replaceHash(hashOf(page, { ...chosen, [name]: value })),
    paging: { page: tokens.length + 1, hasNext: next !== undefined, goTo },
  };
}

interface Asked {
  readonly filters: readonly Filter[];
  readonly chosen: Readonly<Record<string, string>>;
  readonly next: string | undefined;
}

function addressOf(from: string, { filters, chosen, next }: Asked): string {
  const query = new URLSearchParams({ limit: PAGE_SIZE });
  for (const { name, type } of filters) {
    const value = chosen[name] ?? '';
    if (type === 'date' && DAY.test(value)) query.set(name, dayEdge(name, value));
    if (type !== 'date' && value !== '') query.set(name, value);
  }
  if (next !== undefined) query.set('next', next);
  return `${from}?${query}`;
}

/** `from` is the day's first moment, `to` its last. */
function dayEdge(name: string, day: string): string {
  return name === 'to' ? `${day}T23:59:59.999Z` : `${day}T00:00:00.000Z`;
}
