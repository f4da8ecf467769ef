// One zod schema per function: what it reads from its environment. lib/ types the environment of each function
// from the same schema, so that a forgotten variable does not compile.

import { z } from 'zod';

const table = z.string().min(1);
const url = z.url();

const shared = {
  /** Base URL of the broker without a trailing slash; also the issuer identifier of RFC 8414. */
  BROKER_URL: url,
  /** Path of the compiled catalog (JSON). */
  CATALOG_FILE: z.string().min(1),
};

const stores = { GRANTS_TABLE: table, REGISTRY_TABLE: table, REPLAY_TABLE: table };

export const tokenEnv = z.object({
  ...shared,
  ...stores,
  /** First part of the task roles' names: `<prefix>-task-<task id>`. */
  ROLE_PREFIX: z.string().min(1),
  /** Account and partition that task roles with `account: self` live in. */
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
});

/** complete, revoke, introspect. */
export const grantsEnv = z.object({ ...shared, ...stores });

export const metadataEnv = z.object({ BROKER_URL: url });

export const sweeperEnv = z.object({ GRANTS_TABLE: table });

export const registrySyncEnv = z.object({ REGISTRY_TABLE: table, CATALOG_FILE: z.string().min(1) });

export type TokenEnv = z.infer<typeof tokenEnv>;
export type GrantsEnv = z.infer<typeof grantsEnv>;
export type MetadataEnv = z.infer<typeof metadataEnv>;
export type SweeperEnv = z.infer<typeof sweeperEnv>;
export type RegistrySyncEnv = z.infer<typeof registrySyncEnv>;

/** Reads and checks a function's environment. @throws Error naming each missing or malformed variable. */
export function readEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  throw new Error(`environment: ${z.prettifyError(result.error)}`);
}
