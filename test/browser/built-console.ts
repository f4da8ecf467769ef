// The console, built once for all browser tests against the fake API.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildConsole } from '../../tools/build-console.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the built console. */
    console: string;
  }
}

/** Vitest's global setup. @returns its teardown */
export default async function build({ provide }: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'remit-console-'));
  await buildConsole(directory);
  provide('console', directory);
  return () => rmSync(directory, { recursive: true });
}
