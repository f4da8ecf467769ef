// Builds the console into a folder: node --import tsx tools/build-console.ts [<folder>] (dist/console when none is
// given). Prints nothing when all is well; the same sources give the same files, whatever NODE_ENV says.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** Builds into `folder`, which is emptied first. @throws Error of Vite */
export async function buildConsole(folder: string): Promise<void> {
  const { NODE_ENV } = process.env;
  // Vite takes what the shell says, and with anything else React's larger and slower build for development
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: new URL('../console/vite.config.ts', import.meta.url).pathname,
      logLevel: 'error',
      build: { outDir: resolve(folder) },
    });
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildConsole(process.argv[2] ?? 'dist/console');
}
