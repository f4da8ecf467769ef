// A broker that asks Cedar thousands of times must not take its process down, on any Node that we support.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test('[LOCAL-29] ten thousand rulings leave the process alive', () => {
  const script = `
    import { avoidInlinedWasmCalls } from './src/adapters/local/wasm-calls.ts';
    avoidInlinedWasmCalls();
    const { readCatalog } = await import('./src/adapters/files/catalog-files.ts');
    const { createAuthorizer } = await import('./src/core/authorize/authorizer.ts');
    const { catalog } = readCatalog('catalog');
    const authorizer = createAuthorizer(catalog);
    const agent = catalog.agents.find((each) => each.id === 'billing-agent');
    const task = catalog.tasks.find((each) => each.id === 'export-invoices');
    for (let round = 0; round < 10000; round += 1) {
      await 0;
      authorizer.rule({ agent, task, parameters: { customer: 'cus_' + (10000000 + round), month: '2026-10' } });
    }
    console.log('alive');
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).not.toContain('Fatal error');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'alive\n' });
});
