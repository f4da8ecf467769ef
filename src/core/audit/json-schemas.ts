// The published schemas of the trail, as JSON Schema: docs/schemas has what this says.

import * as z from 'zod';
import { checkpointSchema } from './checkpoint.ts';
import { cloudEventSchema, trailRecordSchema } from './record.ts';

/** File names in docs/schemas and their text. */
export function auditSchemas(): ReadonlyMap<string, string> {
  const text = (id: string, schema: z.ZodType) =>
    `${JSON.stringify({ $id: `urn:remit:schema:${id}`, ...z.toJSONSchema(schema, { target: 'draft-2020-12' }) }, undefined, 2)}\n`;
  return new Map([
    ['audit-event.json', text('audit-event:1', cloudEventSchema)],
    ['audit-record.json', text('audit-record:1', trailRecordSchema)],
    ['audit-checkpoint.json', text('audit-checkpoint:1', checkpointSchema)],
  ]);
}
