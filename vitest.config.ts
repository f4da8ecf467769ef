import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Layers 1 to 5 of the test plan run here, with Node only. The slower layers (moto, browser, synth of
// every context) have their own projects under test/slow and are called by .ci/run.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // the SDK's notice about Node versions to come
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    exclude: ['test/slow/**', 'test/browser/**', 'node_modules/**'],
    // for a test that hangs; a busy machine needs many times what a quiet one does
    testTimeout: 90_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // vitest leaves one core of two idle; much of the time goes into waiting for leases to end
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
