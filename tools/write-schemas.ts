// Writes catalog/schemas from the zod schemas: node --import tsx tools/write-schemas.ts

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '../src/core/catalog/json-schemas.ts';

const folder = fileURLToPath(new URL('../catalog/schemas/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, text] of jsonSchemas()) writeFileSync(`${folder}${name}`, text);
