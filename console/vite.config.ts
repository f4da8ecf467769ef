// How the console is built: below /console/, without inline scripts or styles, with React and Cloudscape in files of
// their own, so that a change of ours leaves them in the browser's cache.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { fontFiles } from './font-files.ts';

/** The group of files that a module of a package goes to. */
function vendorOf(id: string): string | undefined {
  if (!id.includes('/node_modules/')) return undefined;
  if (/\/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
  // one file for the parts that every page needs; what only one page needs goes with that page
  if (/\/node_modules\/@cloudscape-design\/(global-styles|theming-runtime|component-toolkit)\//.test(id))
    return 'cloudscape';
  if (/\/node_modules\/@cloudscape-design\/components\/(internal|i18n|contexts)\//.test(id))
    return 'cloudscape';
  return undefined;
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  plugins: [fontFiles()],
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  build: {
    target: 'es2023',
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    // a data: URL would need a wider policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { output: { manualChunks: vendorOf } },
  },
});
