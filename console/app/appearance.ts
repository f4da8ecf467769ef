// Light or dark: what the system says, unless the reader has chosen.

import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

export const APPEARANCES = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

const KEY = 'remit.appearance';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Appearance {
  const kept = localStorage.getItem(KEY);
  return APPEARANCES.find((each) => each === kept) ?? 'system';
}

function apply(): void {
  const appearance = chosen();
  const isDark = appearance === 'system' ? system.matches : appearance === 'dark';
  applyMode(isDark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
}

/** Applies the appearance now and whenever the system changes its own. */
export function followAppearance(): void {
  apply();
  system.addEventListener('change', apply);
}

/** Keeps the reader's choice. */
export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance);
  apply();
  for (const listener of listeners) listener();
}

/** What the reader has chosen. */
export function useAppearance(): Appearance {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
}
