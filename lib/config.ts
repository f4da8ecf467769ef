// What a team decides about its deployment: the `remit` object of cdk.json's context, each key also as
// `-c remit.<key>=<value>`. A wrong key or value stops synth and says what is allowed.

import type { Node } from 'constructs';
import * as z from 'zod';
import { PEOPLE_ALGORITHMS } from '../src/config/people.ts';

const NAMED_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
];
const PLACEHOLDER = /REPLACE|CHANGE_?ME|PLACEHOLDER|YOUR[-_]|<[^>]*>|\bTODO\b|XXXX|example\.(com|org|net)/i;

const text = z.string().refine((value) => !PLACEHOLDER.test(value), 'is a placeholder: write the real value');
const number = z.coerce.number().int();
const account = z.string().regex(/^[0-9]{12}$/, 'must be 12 digits, in quotes');

const https = text.pipe(z.url({ protocol: /^https$/, error: 'must be an https address' }));
const group = text.min(1).max(128);

/** An identity provider of the team's own. */
const people = z.strictObject({
  /** Exact `iss` of its ID tokens. */
  issuer: https,
  /** The console's client, public, with PKCE; exact single `aud` of its ID tokens. */
  clientId: text.min(1).max(1000),
  groupsClaim: text.min(1).max(128).default('groups'),
  algorithms: z.array(z.enum(PEOPLE_ALGORITHMS)).min(1).default(['RS256']),
  /** Where its keys are, if discovery does not say. */
  jwksUri: https.optional(),
  /** Origins that the browser asks beside the issuer's, such as that of its token endpoint. */
  origins: z.array(https).default([]),
  /** Groups that carry a role. */
  roles: z.strictObject({
    viewer: z.array(group).default([]),
    operator: z.array(group).default([]),
    administrator: z.array(group).min(1, 'name at least one group: somebody has to confirm passkeys'),
  }),
});

const emails = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',') : value),
  z.array(text.pipe(z.email())),
);

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
  /** Who people are. @default a Cognito user pool of the stack */
  people: people.optional(),
  /** Addresses that hear of every request that waits for people. */
  notifyEmails: emails.default([]),
  /** Slack channel that hears of them too; its workspace is authorized in Amazon Q Developer by hand. */
  chat: z
    .strictObject({
      slackWorkspaceId: text.regex(/^[0-9A-Z]{1,255}$/, 'must be an id like T0123ABCD'),
      slackChannelId: text.regex(/^[A-Za-z0-9]+$/, 'must be an id like C0123ABCD'),
    })
    .optional(),
  /** Host name of the console. @default one of CloudFront's */
  consoleDomain: text
    .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a host name')
    .optional(),
  /** Certificate of that name, in us-east-1, as CloudFront wants. */
  consoleCertificateArn: text
    .regex(
      /^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate\/.+$/,
      'must be an ACM certificate of us-east-1',
    )
    .optional(),
  /** KMS key of the tables; without it DynamoDB's own key. */
  tableKeyArn: text
    .regex(/^arn:aws[a-z-]*:kms:[^:]+:[0-9]{12}:key\/.+$/, 'must be the ARN of a KMS key')
    .optional(),
  /** How the archive of the audit trail is locked, and where it is copied to. */
  audit: z
    .strictObject({
      /** In `governance` an administrator can lift the lock; in `compliance` nobody can before its time is over. */
      mode: z.enum(['governance', 'compliance']).default('governance'),
      /** Days that every object is locked from when it is written. */
      days: number.min(1).max(36_500).default(30),
      /** Bucket of another account that gets a copy of every object. */
      copyBucketArn: text
        .regex(/^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the ARN of a bucket')
        .optional(),
    })
    .prefault({}),
  /** `retain` keeps the tables, with deletion protection, when the stack goes; `destroy` is for trials. */
  tables: z.enum(['retain', 'destroy']).default('retain'),
});

const checked = schema.refine(
  (config) => (config.consoleDomain === undefined) === (config.consoleCertificateArn === undefined),
  { path: ['consoleDomain'], error: 'goes together with consoleCertificateArn: give both or neither' },
);

/** A checked deployment configuration. */
export type RemitConfig = z.output<typeof schema>;
/** The identity provider of people that a team brings. */
export type PeopleConfig = z.output<typeof people>;

const KEYS = Object.keys(schema.shape);

/** Reads the configuration. @throws Error that names each wrong key, what was given and what is allowed. */
export function readConfig(node: Pick<Node, 'tryGetContext'>): RemitConfig {
  const file: unknown = node.tryGetContext('remit') ?? {};
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new Error(`context "remit": must be an object with keys ${KEYS.join(', ')}`);
  }
  const flags = KEYS.map((key) => [key, node.tryGetContext(`remit.${key}`)] as const);
  const given = { ...file, ...Object.fromEntries(flags.filter(([, value]) => value !== undefined)) };
  const result = checked.safeParse(given);
  if (result.success) return result.data;
  throw new Error(
    ['the configuration cannot be used:', ...result.error.issues.map((issue) => explain(issue, given))].join(
      '\n',
    ),
  );
}

function explain(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const path = ['remit', ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? `; the keys are ${KEYS.join(', ')}` : '';
    return `  ${issue.keys.map((key) => `${path}.${key}`).join(', ')}: unknown${known}`;
  }
  return `  ${path}: ${issue.message} (given: ${JSON.stringify(given[String(issue.path[0])])})`;
}
