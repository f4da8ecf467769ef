// The published schema is the one that the code checks.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { proofSchemas } from '../../../src/core/offboard/document.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/schemas/', import.meta.url));

test.each([...proofSchemas()])(
  '[OFF-10] %s is as the code has it: node --import tsx tools/write-schemas.ts',
  (name, text) => {
    expect(readFileSync(FOLDER + name, 'utf8')).toBe(text);
  },
);
