// Synthesizes the stack of one catalog directory and prints its templates as JSON: `node synth-child.ts <directory>`.

import { synthesizeTemplate } from '../../lib/synth-local.ts';

const [, , directory = 'catalog'] = process.argv;
process.stdout.write(JSON.stringify(await synthesizeTemplate(directory)));
