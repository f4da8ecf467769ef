// The types that the command line knows are those that docs/audit.md lists.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/core/audit/event-types.ts';

test('[CLI-27] the types of events are those of the table of facts', () => {
  const page = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
  const rows = page.match(/^\| `[a-z]+\.[^|]*\|/gm) ?? [];
  const listed = rows.flatMap((row) => [...row.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, type]) => type));
  expect([...EVENT_TYPES].sort()).toEqual(listed.sort());
});
