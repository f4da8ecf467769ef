// The published schemas are the ones that the code checks.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditSchemas } from '../../../src/core/audit/json-schemas.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/schemas/', import.meta.url));

test.each([...auditSchemas()])(
  '[AUDIT-15] %s is as the code has it: node --import tsx tools/write-schemas.ts',
  (name, text) => {
    expect(readFileSync(FOLDER + name, 'utf8')).toBe(text);
  },
);
