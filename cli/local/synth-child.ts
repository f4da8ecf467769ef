// Synthesizes the stack of one catalog directory and prints its templates as JSON: `node synth-child.ts <directory>`, with
// `retain` behind it as it is deployed.

import { synthesizeTemplate } from '../../lib/synth-local.ts';

const [, , directory = 'catalog', tables] = process.argv;
const template = synthesizeTemplate(directory, tables === 'retain' ? 'retain' : 'destroy');
process.stdout.write(JSON.stringify(template));
