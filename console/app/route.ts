// Addresses inside the console are in the hash (`#/approvals/<id>?x=y`): the server has one page, and no address of
// ours is ever sent to it.

import { useSyncExternalStore } from 'react';

/** Where the reader is. */
export interface Route {
  /** Begins with `/`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads a hash. Anything that is no address is the start page. */
export function readRoute(hash: string): Route {
  const text = hash.replace(/^#/, '');
  const [path = '', query = ''] = text.split('?', 2);
  return { path: path.startsWith('/') ? path : '/', query: new URLSearchParams(query) };
}

/** The hash of a page. */
export function hashOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const told = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return told.length === 0 ? `#${path}` : `#${path}?${new URLSearchParams(told)}`;
}

/** Changes the address of this page without a new step in the browser's history. */
export function replaceHash(hash: string): void {
  window.history.replaceState(null, '', hash);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function follow(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The address now, as text. */
export function useHash(): string {
  return useSyncExternalStore(follow, () => window.location.hash);
}
