// JSON Schemas of the catalog's files, made from the zod schemas, so that editors complete what the check enforces.

import * as z from 'zod';
import { agentFile, groupsFile, issuersFile, resourceServersFile, taskFile } from './file-schemas.ts';

const SOURCES = {
  issuers: issuersFile,
  agent: agentFile,
  task: taskFile,
  'resource-servers': resourceServersFile,
  groups: groupsFile,
};

/** The schemas by file name, as text. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(SOURCES).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`,
    ]),
  );
}
