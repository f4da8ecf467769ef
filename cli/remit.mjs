#!/usr/bin/env node
// The `remit` command: lets Node read TypeScript, then hands over to cli/main.ts.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv);
