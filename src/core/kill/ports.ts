// What killing needs of the world. The kill book and the kill lists are rows of the registry, read consistently; only
// the writer of kill lists touches IAM.

import type { GrantId, LastChange, RoleArn } from '../model.ts';
import type { AuditEvent } from '../ports.ts';
import type { Stop, StopScope } from './stop.ts';

/** What is killed. */
export type KillScope =
  | StopScope
  | { readonly kind: 'grant'; readonly id: GrantId }
  | { readonly kind: 'agent'; readonly id: string };

/** One kill, from the order until the last lease it ended is known to be dead. */
export interface KillRecord {
  readonly killId: string;
  readonly scope: KillScope;
  readonly change: LastChange;
  /** Of a task, an issuer or everything that was stopped already: the order that did that, which stands. */
  readonly stoppedBefore?: LastChange;
  /** From then on nothing in the scope was given; what was asked for later was asked for once it was given again. */
  readonly flippedAt?: Date;
  /** Grants that it ended, as far as they were counted. */
  readonly ended: number;
  /** Whoever ordered it has gone over everything, and counted what it ended. */
  readonly counted?: boolean;
  /** The schedule has written here before that: one of the two counts may be lost. */
  readonly takenUp?: boolean;
  /** No credential of what it ended works past this instant, whatever IAM does. */
  readonly deadBy: Date;
  /** The same for those leases only that no kill list is needed for. */
  readonly shortBy: Date;
  /** Roles on whose kill list it put something. */
  readonly roles: readonly RoleArn[];
  /** Leases that went on when their grants were ended. */
  readonly leases?: number;
  /** Those of `roles` whose list was too long: every session as old as the last kill is denied, whosever it is. */
  readonly wide?: readonly RoleArn[];
  /** Those of `roles` whose list could not be written so far, as their account does not let the writer in. */
  readonly beyondReach?: readonly BeyondReach[];
  /** When all those kill lists were first seen in IAM. */
  readonly listedAt?: Date;
  readonly settledAt?: Date;
  /** From the order until everything it ended was dead, as far as can be told. */
  readonly secondsToDead?: number;
}

/** A role that no kill list can be put on: what was killed there lives to its own end. */
export interface BeyondReach {
  readonly role: RoleArn;
  /** Latest end of those leases. */
  readonly until: Date;
}

/** Kills and their progress. */
export interface KillBook {
  order(record: KillRecord, event: AuditEvent): Promise<void>;
  find(killId: string): Promise<KillRecord | undefined>;
  /** Those not settled, oldest first. */
  listOpen(): Promise<readonly KillRecord[]>;
  progress(record: KillRecord): Promise<void>;
  /** @returns false, with nothing written, when it was settled before: each is settled, and its time counted, once. */
  settle(record: KillRecord, event: AuditEvent): Promise<boolean>;
  /** Those settled since then, newest first. */
  listSettled(since: Date, limit: number): Promise<readonly KillRecord[]>;
}

/** Switches that stop a task, an issuer or everything. */
export interface Switches {
  /**
   * A switch that is on keeps the order that turned it on; another one counts there, and is told by its event.
   * @returns the stop that was on already, as it now is
   */
  turnOn(stop: Omit<Stop, 'orders'>, event: AuditEvent): Promise<Stop | undefined>;
  /** @returns false, with nothing written, when the switch is not on as it was seen: somebody may have stopped it anew. */
  turnOff(seen: Stop, change: LastChange, event: AuditEvent): Promise<boolean>;
  listOn(): Promise<readonly Stop[]>;
}

/** One killed lease that outlives IAM's propagation. */
export interface KillEntry {
  readonly grantId: GrantId;
  /** The lease's end; from then on the entry is of no use. */
  readonly until: Date;
  readonly killedAt: Date;
}

/** What a role's kill list has to say, and what IAM was last seen to say. */
export interface KillList {
  readonly entries: readonly KillEntry[];
  /** When the writer last read back from IAM what it should be. */
  readonly confirmedAt?: Date;
  /** When the writer last could not write it: the account does not let it in, or the role is about to be deleted. */
  readonly barredAt?: Date;
  readonly confirmed: readonly string[];
  /** Confirmed as the wider Deny: the entries were more than fit. */
  readonly wide: boolean;
}

/** Entries are added and taken away one by one, so that concurrent kills lose nothing. */
export interface KillLists {
  /** Once `KEPT_ENTRIES` are there, what comes is kept folded. */
  add(role: RoleArn, entries: readonly KillEntry[]): Promise<void>;
  read(role: RoleArn): Promise<KillList>;
  /** What IAM now says; entries in `over` are taken away. */
  confirm(role: RoleArn, seen: Confirmation): Promise<void>;
  /** Nothing is known of IAM; entries in `over` are taken away. */
  barred(role: RoleArn, seen: Pick<Confirmation, 'at' | 'over'>): Promise<void>;
  roles(): Promise<readonly RoleArn[]>;
  /** Whether the writer gets into an account, as it last found; undefined where it never had to look. */
  findAccount(account: string): Promise<SeenAccount | undefined>;
  noteAccount(account: string, seen: SeenAccount): Promise<void>;
}

/** An account with task roles, as the writer of kill lists last found it. */
export interface SeenAccount {
  readonly at: Date;
  readonly isOpen: boolean;
}
export interface Confirmation {
  readonly at: Date;
  readonly entries: readonly KillEntry[];
  readonly wide: boolean;
  readonly over: readonly KillEntry[];
}

/** Tells the one writer of kill lists that a role's list has changed. */
export interface KillQueue {
  send(role: RoleArn): Promise<void>;
}

/** The inline policy of the kill list on one role. @throws Refusal `store_unavailable` when IAM throttles. */
export interface RolePolicies {
  /** Canonical JSON of the policy; undefined when the role has none, or is gone. */
  get(role: RoleArn): Promise<string | undefined>;
  /** @returns false when the role is gone. */
  put(role: RoleArn, policy: string): Promise<boolean>;
  remove(role: RoleArn): Promise<void>;
}

/** The accounts that have task roles. @throws Refusal `store_unavailable` when AWS throttles. */
export interface TaskAccounts {
  /** The policies of its roles; undefined when the account does not let the writer in. */
  policiesIn(account: string): Promise<RolePolicies | undefined>;
  /** The same, without relying on a session that is still in hand. */
  enter(account: string): Promise<RolePolicies | undefined>;
}
