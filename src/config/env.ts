// One zod schema per function: what it reads from its environment. lib/ types the environment of each function
// from the same schema, so that a forgotten variable does not compile.

import * as z from 'zod';
import { parsePeople } from './people.ts';

const table = z.string().min(1);
const url = z.url();
/** ARN of the approval workflow's state machine. */
const workflow = z.string().min(1);

const shared = {
  /** Base URL of the broker without a trailing slash; also the issuer identifier of RFC 8414. */
  BROKER_URL: url,
  /** Path of the compiled catalog (JSON). */
  CATALOG_FILE: z.string().min(1),
};

/** Where refusals are told: acts that change no row of their own. */
const outbox = { OUTBOX_TABLE: table };

const stores = { GRANTS_TABLE: table, REGISTRY_TABLE: table, REPLAY_TABLE: table };

/** What verifies people and their decisions: the token function, the approvals and the passkeys function alike. */
const people = {
  /** JSON of a `PeopleIssuer`. */
  PEOPLE_ISSUER: z.string().transform((text, context) => parsePeople(text, context)),
  /** Origin of the console, without a path: WebAuthn's origin, and its host the relying party id. */
  CONSOLE_ORIGIN: url,
  PEOPLE_TABLE: table,
  ...outbox,
};

/** People's API on decisions. */
export const approvalsEnv = z.object({
  ...shared,
  ...people,
  GRANTS_TABLE: table,
  REGISTRY_TABLE: table,
  BUDGETS_TABLE: table,
  EVIDENCE_TABLE: table,
  FINDINGS_TABLE: table,
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
  ROLE_PREFIX: z.string().min(1),
  NOTIFY_TOPIC_ARN: z.string().min(1),
  EVENT_BUS: z.string().min(1),
});

/** Enrolment: the one writer of passkeys. */
export const passkeysEnv = z.object({ BROKER_URL: url, ...people });

/** People's API that only reads. */
export const viewsEnv = z.object({
  ...shared,
  ...people,
  GRANTS_TABLE: table,
  FINDINGS_TABLE: table,
});

/** Questions of security teams. */
export const questionsEnv = z.object({
  CATALOG_FILE: z.string().min(1),
  PEOPLE_ISSUER: people.PEOPLE_ISSUER,
  CONSOLE_ORIGIN: url,
  ...outbox,
  GRANTS_TABLE: table,
  REGISTRY_TABLE: table,
  TRAIL_BUCKET: z.string().min(1),
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
  ROLE_PREFIX: z.string().min(1),
});

/** The steps of the approval workflow. */
export const workflowEnv = z.object({
  CATALOG_FILE: z.string().min(1),
  GRANTS_TABLE: table,
  FINDINGS_TABLE: table,
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
  ROLE_PREFIX: z.string().min(1),
  CONSOLE_ORIGIN: url,
  NOTIFY_TOPIC_ARN: z.string().min(1),
  EVENT_BUS: z.string().min(1),
});

export const tokenEnv = z.object({
  ...shared,
  ...stores,
  ...people,
  BUDGETS_TABLE: table,
  EVIDENCE_TABLE: table,
  FINDINGS_TABLE: table,
  WORKFLOW_ARN: workflow,
  /** First part of the task roles' names: `<prefix>-task-<task id>`. */
  ROLE_PREFIX: z.string().min(1),
  /** Account and partition that task roles with `account: self` live in. */
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
});

/** complete, revoke, introspect. */
export const grantsEnv = z.object({ ...shared, ...stores, ...outbox });

export const metadataEnv = z.object({ BROKER_URL: url });

/** Also starts and wakes the workflows that others could not. */
export const sweeperEnv = z.object({ GRANTS_TABLE: table, WORKFLOW_ARN: workflow });

export const registrySyncEnv = z.object({
  REGISTRY_TABLE: table,
  CATALOG_FILE: z.string().min(1),
  /** Of owners whose issuer the catalog leaves out. */
  PEOPLE_ISSUER: people.PEOPLE_ISSUER,
});

/** Copies the console into its bucket at deploy; CONSOLE_FILES is the directory beside the code. */
export const consoleFilesEnv = z.object({
  CONSOLE_BUCKET: z.string().min(1),
  CONSOLE_FILES: z.string().min(1),
});

/** What settles kills. */
export const settleEnv = z.object({
  CATALOG_FILE: z.string().min(1),
  GRANTS_TABLE: table,
  REGISTRY_TABLE: table,
  KILL_QUEUE_URL: z.string().min(1),
});

/** Orders of operators. */
export const adminEnv = settleEnv.extend({
  ...outbox,
  /** Whose people can own agents. */
  PEOPLE_ISSUER: people.PEOPLE_ISSUER,
  BUDGETS_TABLE: table,
  /** Name of the function that makes proofs. */
  OFFBOARDING_FUNCTION: z.string().min(1),
});

/** The maker of proofs that a retired agent's access is gone. */
export const offboardingEnv = z.object({
  CATALOG_FILE: z.string().min(1),
  GRANTS_TABLE: table,
  REGISTRY_TABLE: table,
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  PROOF_KEY_ARN: z.string().min(1),
});

/** People's API on agents: acts and views. */
export const peopleAdminEnv = adminEnv.extend({
  ...people,
  EVIDENCE_TABLE: table,
  TRAIL_BUCKET: z.string().min(1),
});

/** What the two functions of the audit trail share. */
const trail = {
  /** Name of the chains: `<account>:<region>:<prefix>`. Never change it on a trail that exists. */
  TRAIL: z.string().min(1),
  TRAIL_TABLE: table,
  TRAIL_BUCKET: z.string().min(1),
  EVENT_BUS: z.string().min(1),
};

/** The sequencer behind the streams. */
export const auditEnv = z.object({
  ...trail,
  ...outbox,
  GRANTS_TABLE: table,
  REGISTRY_TABLE: table,
  PEOPLE_TABLE: table,
  DEAD_LETTERS_URL: url,
});

/** The one that signs. */
export const auditCheckpointEnv = z.object({ ...trail, TRAIL_KEY_ARN: z.string().min(1) });

/** Reminders of reviews. */
export const remindEnv = z.object({
  REGISTRY_TABLE: table,
  CONSOLE_ORIGIN: url,
  NOTIFY_TOPIC_ARN: z.string().min(1),
  EVENT_BUS: z.string().min(1),
});

/** The writer of kill lists. */
export const killListEnv = z.object({
  CATALOG_FILE: z.string().min(1),
  REGISTRY_TABLE: table,
  /** Account whose roles it reaches by its own rights; into others it goes by a role there. */
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
  ROLE_PREFIX: z.string().min(1),
});

/** What takes kill lists off the task roles of its account before they are deleted. */
export const clearKillListsEnv = z.object({
  ROLE_ACCOUNT: z.string().regex(/^[0-9]{12}$/),
  ROLE_PARTITION: z.string().min(1),
  ROLE_PREFIX: z.string().min(1),
});

export type SettleEnv = z.infer<typeof settleEnv>;
export type AdminEnv = z.infer<typeof adminEnv>;
export type PeopleAdminEnv = z.infer<typeof peopleAdminEnv>;
export type AuditEnv = z.infer<typeof auditEnv>;
export type AuditCheckpointEnv = z.infer<typeof auditCheckpointEnv>;
export type OffboardingEnv = z.infer<typeof offboardingEnv>;
export type RemindEnv = z.infer<typeof remindEnv>;
export type KillListEnv = z.infer<typeof killListEnv>;
export type ClearKillListsEnv = z.infer<typeof clearKillListsEnv>;
export type ApprovalsEnv = z.infer<typeof approvalsEnv>;
export type PasskeysEnv = z.infer<typeof passkeysEnv>;
export type ViewsEnv = z.infer<typeof viewsEnv>;
export type QuestionsEnv = z.infer<typeof questionsEnv>;
export type WorkflowEnv = z.infer<typeof workflowEnv>;
export type TokenEnv = z.infer<typeof tokenEnv>;
export type GrantsEnv = z.infer<typeof grantsEnv>;
export type MetadataEnv = z.infer<typeof metadataEnv>;
export type SweeperEnv = z.infer<typeof sweeperEnv>;
export type RegistrySyncEnv = z.infer<typeof registrySyncEnv>;
export type ConsoleFilesEnv = z.infer<typeof consoleFilesEnv>;

/** The variables that a schema reads, before it has read them. */
export type Variables<Schema extends z.ZodType<unknown, Record<string, string>>> = z.input<Schema>;

/** Reads and checks a function's environment. @throws Error naming each missing or malformed variable. */
export function readEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  throw new Error(`environment: ${z.prettifyError(result.error)}`);
}
