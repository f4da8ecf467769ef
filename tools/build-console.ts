// Builds the console into a folder: node --import tsx tools/build-console.ts [<folder>] (dist/console when none is
// given). Prints nothing when all is well; the same sources give the same files.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** Builds into `folder`, which is emptied first. @throws Error of Vite */
export async function buildConsole(folder: string): Promise<void> {
  await build({
    configFile: new URL('../console/vite.config.ts', import.meta.url).pathname,
    logLevel: 'error',
    build: { outDir: resolve(folder) },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildConsole(process.argv[2] ?? 'dist/console');
}
