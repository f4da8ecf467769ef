// Writes catalog/schemas and docs/schemas from the zod schemas: node --import tsx tools/write-schemas.ts

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { auditSchemas } from '../src/core/audit/json-schemas.ts';
import { jsonSchemas } from '../src/core/catalog/json-schemas.ts';
import { proofSchemas } from '../src/core/offboard/document.ts';

for (const [place, schemas] of [
  ['../catalog/schemas/', jsonSchemas()],
  ['../docs/schemas/', auditSchemas()],
  ['../docs/schemas/', proofSchemas()],
] as const) {
  const folder = fileURLToPath(new URL(place, import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of schemas) writeFileSync(`${folder}${name}`, text);
}
