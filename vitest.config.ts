import { defineConfig } from 'vitest/config';

// Layers 1 to 5 of the test plan run here, with Node only. The slower layers (moto, browser, synth of
// every context) have their own projects under test/slow and are called by .ci/run.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
