// Names of keys, indexes and projected attributes of the tables: what lib/ creates is what the adapters use.

/** Grants: one row a grant. */
export const grantsTable = {
  key: 'grantId',
  ttl: 'purgeAt',
  indexes: {
    /** An agent's grants, by `requestedAt` (ISO 8601). */
    byAgent: { name: 'byAgent', partitionKey: 'agent', sortKey: 'requestedAt' },
    /** A task's grants, by `requestedAt`. */
    byTask: { name: 'byTask', partitionKey: 'task', sortKey: 'requestedAt' },
    /** Open grants only, by the next deadline; sharded so that no partition is hot. */
    open: { name: 'open', partitionKey: 'openShard', sortKey: 'deadline' },
  },
  /** Non-key attributes in each index, beside its own and the table's keys. */
  projected: {
    byAgent: [
      'task',
      // what an approver is told about a request that is larger than ever
      'parameters',
      'environment',
      'status',
      'expiresAt',
      'leaseExpiresAt',
      'leaseCount',
      'endedAt',
      'endReason',
      'flags',
    ],
    byTask: [
      'agent',
      'environment',
      'status',
      'expiresAt',
      'leaseExpiresAt',
      'leaseCount',
      'endedAt',
      'endReason',
      'flags',
    ],
    open: [
      'agent',
      'task',
      'status',
      'environment',
      'requestedAt',
      'expiresAt',
      'leaseExpiresAt',
      'leaseCount',
      'flags',
    ],
  },
} as const;

/**
 * Registry: `AGENT#<id>`, `WORKLOAD#<issuer>#<subject>`, `CATALOG#agents`, `STOP#…` (switches), `KILL#<id>` (kills),
 * `PROOF#<agent>` (offboarding proofs), `REMINDER#<agent>`
 * (which reminder of its review was sent) and `KILLLIST#<role ARN>` (what a role's kill list has to say).
 */
export const registryTable = {
  key: 'pk',
  indexes: {
    /** Agents by status in shards (`active#0`), by review date; switches, kills and kill lists on shelves of their own. */
    shelf: { name: 'shelf', partitionKey: 'shelf', sortKey: 'shelfOrder' },
    /** Agents of an owner, by id. */
    byOwner: { name: 'byOwner', partitionKey: 'ownerKey', sortKey: 'id' },
  },
  /** Non-key attributes in each index: enough for a list. */
  projected: {
    shelf: ['id', 'owner', 'purpose', 'environment', 'reviewBy', 'status', 'origin'],
    byOwner: ['owner', 'purpose', 'environment', 'reviewBy', 'status', 'origin'],
  },
} as const;

/** Replay: one row an assertion shown. */
export const replayTable = { key: 'pk', ttl: 'purgeAt' } as const;

/** Budgets: `BUDGET#<agent>`, what one agent has used of all its budgets; `ASKED#<agent>#<hour>`, how often it asked people. */
export const budgetsTable = { key: 'pk', ttl: 'purgeAt' } as const;

/** People: one row a person with all its passkeys, and challenges of the enrolment function. */
export const peopleTable = {
  key: 'pk',
  ttl: 'purgeAt',
  indexes: {
    /** People with a passkey that waits for somebody's confirmation: sparse. */
    waiting: { name: 'waiting', partitionKey: 'waiting', sortKey: 'waitingSince' },
  },
} as const;

/** Evidence of decisions, their challenges, and how many decisions a person made in an hour. */
export const evidenceTable = { key: 'pk', ttl: 'purgeAt' } as const;

/** Findings, listed by UTC day. */
export const findingsTable = {
  key: 'findingId',
  ttl: 'purgeAt',
  indexes: { byDay: { name: 'byDay', partitionKey: 'day', sortKey: 'findingId' } },
} as const;

/** Acts that change no row of their own: one row an act, and counters of refusals. */
export const outboxTable = { key: 'pk', ttl: 'purgeAt' } as const;

/** State of the sequencer: `HEAD#<shard>`, `POSITION#<row>`, `CHECKPOINT`. */
export const trailTable = { key: 'pk', ttl: 'purgeAt' } as const;

/** Tables whose events are in the audit trail, by the name that events have them under, with their key. */
export const auditSources = {
  grants: grantsTable.key,
  registry: registryTable.key,
  people: peopleTable.key,
  outbox: outboxTable.key,
} as const;
