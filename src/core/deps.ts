// Everything a request needs of the world, handed in once per process. No step reaches for anything else.

import type { ApprovalWorkflow, DecisionStore, FindingStore } from './approve/ports.ts';
import type { EvidenceDeps } from './approve/verify-evidence.ts';
import type { Authorizer } from './authorize/authorizer.ts';
import type { BudgetStore } from './budget/ports.ts';
import type { Pause } from './lifecycle/ports.ts';
import type { Catalog, ResourceServer, Task } from './model.ts';
import type {
  Clock,
  CredentialIssuer,
  GrantStore,
  KeySource,
  Random,
  Registry,
  ReplayLedger,
  RequestLog,
} from './ports.ts';

/** Where task roles live. */
export interface Place {
  readonly partition: string;
  /** Account that `self` stands for. */
  readonly account: string;
  /** First part of the task roles' names. */
  readonly prefix: string;
}

/** What every endpoint that verifies an assertion needs. */
export interface VerifyDeps {
  readonly catalog: Catalog;
  readonly keys: KeySource;
  readonly replay: ReplayLedger;
  readonly grants: GrantStore;
  readonly clock: Clock;
}

/** What an exchange needs on top: the registry, the policies, STS, and what people decide. */
export interface ExchangeDeps extends VerifyDeps {
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly sts: CredentialIssuer;
  readonly random: Random;
  readonly place: Place;
  readonly decisions: Pick<DecisionStore, 'recordPoll'>;
  readonly workflow: Pick<ApprovalWorkflow, 'start'>;
  /** Verifies what people decided, before each mint. */
  readonly approvals: EvidenceDeps;
  readonly findings: Pick<FindingStore, 'putFinding'>;
  readonly budgets: BudgetStore;
  readonly pause: Pause;
}

/** One request's identity and its log line. */
export interface RequestContext {
  readonly requestId: string;
  readonly log: RequestLog;
}

/** The task of that id under the current catalog. */
export function findTask(catalog: Catalog, id: string): Task | undefined {
  return catalog.tasks.find((task) => task.id === id);
}

/** The resource server that this exact workload identity is bound to. */
export function findResourceServers(catalog: Catalog, issuer: string, subject: string): ResourceServer[] {
  return catalog.resourceServers.filter((server) =>
    server.bindings.some((binding) => binding.issuer === issuer && binding.subject === subject),
  );
}
