// What a reader outside of Remit holds an event against: the CloudEvents 1.0 JSON format, and the schemas that we publish,
// both as JSON Schema and compiled from their text, so that nothing of the code that writes events is in it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const text = (minLength: number) => ({ type: 'string', minLength });

/** Attributes of the specification (section 2 of its JSON format); names beside these would be extensions. */
const CLOUD_EVENT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    specversion: { const: '1.0' },
    id: text(1),
    // a URI reference without anything that would have to be escaped
    source: { type: 'string', minLength: 1, pattern: "^[A-Za-z0-9:/?#@!$&'()*+,;=._~%-]+$" },
    type: text(1),
    subject: text(1),
    time: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
    },
    datacontenttype: { type: 'string', pattern: '^[a-z]+/[a-z.+-]+$' },
    dataschema: { type: 'string', pattern: '^[a-z][a-z0-9+.-]*:[^\\s#]+$' },
    data: {},
  },
  required: ['specversion', 'id', 'source', 'type'],
  additionalProperties: false,
};

/** A published schema of docs/schemas. */
function published(name: string): object {
  const file = new URL(`../../docs/schemas/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as object;
}

const compiled = (schema: object) => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
const READERS = {
  CloudEvents: compiled(CLOUD_EVENT),
  event: compiled(published('audit-event')),
  record: compiled(published('audit-record')),
  checkpoint: compiled(published('audit-checkpoint')),
};

/** What `reader` finds wrong with `value`; empty when nothing is. */
export function flawsFor(reader: keyof typeof READERS, value: unknown): string[] {
  const read = READERS[reader].safeParse(value);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
