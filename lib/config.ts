// What a team decides about its deployment: the `remit` object of cdk.json's context, each key also as
// `-c remit.<key>=<value>`. A wrong key or value stops synth and says what is allowed.

import type { Node } from 'constructs';
import { z } from 'zod';

const NAMED_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
];
const PLACEHOLDER = /REPLACE|CHANGE_?ME|PLACEHOLDER|YOUR[-_]|<[^>]*>|\bTODO\b|XXXX|example\.(com|org|net)/i;

const text = z.string().refine((value) => !PLACEHOLDER.test(value), 'is a placeholder: write the real value');
const number = z.coerce.number().int();
const account = z.string().regex(/^[0-9]{12}$/, 'must be 12 digits, in quotes');

const schema = z.strictObject({
  /** First part of every name: tables, functions, task roles. */
  prefix: text
    .regex(/^[a-z][a-z0-9-]{0,14}$/, 'must be 1 to 15 of a-z, 0-9 and -, a letter first')
    .default('remit'),
  /** Directory of the catalog, from the checkout. */
  catalog: text.default('catalog'),
  /** Account that Remit itself is deployed in; needed when a task acts in another one. */
  homeAccount: account.optional(),
  /** Requests a second, and at once, that the API lets through. */
  requestsPerSecond: number.min(1).max(10_000).default(100),
  burst: number.min(1).max(5_000).default(200),
  /** Days that log lines are kept. */
  logRetentionDays: number
    .refine(
      (days) => NAMED_RETENTION_DAYS.includes(days),
      `must be one of ${NAMED_RETENTION_DAYS.join(', ')}`,
    )
    .default(90),
  /** Address that gets the alarms by e-mail. */
  alarmEmail: text.pipe(z.email()).optional(),
  /** KMS key of the tables; without it DynamoDB's own key. */
  tableKeyArn: text
    .regex(/^arn:aws[a-z-]*:kms:[^:]+:[0-9]{12}:key\/.+$/, 'must be the ARN of a KMS key')
    .optional(),
  /** `retain` keeps the tables, with deletion protection, when the stack goes; `destroy` is for trials. */
  tables: z.enum(['retain', 'destroy']).default('retain'),
});

/** A checked deployment configuration. */
export type RemitConfig = z.output<typeof schema>;

const KEYS = Object.keys(schema.shape);

/** Reads the configuration. @throws Error that names each wrong key, what was given and what is allowed. */
export function readConfig(node: Pick<Node, 'tryGetContext'>): RemitConfig {
  const file: unknown = node.tryGetContext('remit') ?? {};
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new Error(`context "remit": must be an object with keys ${KEYS.join(', ')}`);
  }
  const flags = KEYS.map((key) => [key, node.tryGetContext(`remit.${key}`)] as const);
  const given = { ...file, ...Object.fromEntries(flags.filter(([, value]) => value !== undefined)) };
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Error(
    ['the configuration cannot be used:', ...result.error.issues.map((issue) => explain(issue, given))].join(
      '\n',
    ),
  );
}

function explain(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    return `  remit.${issue.keys.join(', remit.')}: unknown; the keys are ${KEYS.join(', ')}`;
  }
  const key = String(issue.path[0]);
  return `  remit.${key}: ${issue.message} (given: ${JSON.stringify(given[key])})`;
}
