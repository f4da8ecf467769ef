// From the files' notation to the model: durations to seconds, issuer names to issuers, defaults filled in.

import type { Agent, Binding, Issuer, ParameterSpec, ResourceServer, Task } from '../model.ts';
import {
  type AgentFile,
  type BindingEntry,
  type IssuersFile,
  type ResourceServersFile,
  secondsOf,
  type TaskFile,
} from './file-schemas.ts';
import { PEOPLES_ISSUER } from './owners.ts';
import type { CatalogFile, DocumentPath, Report } from './problem.ts';

/** A part of the catalog with the place it was written at. */
export interface Placed<Value> {
  readonly file: CatalogFile;
  readonly path: DocumentPath;
  readonly value: Value;
}

/** Where names of issuers lead, and where one that leads nowhere is told. */
export interface Names {
  readonly issuers: ReadonlyMap<string, Issuer>;
  readonly report: Report;
}

export function toIssuer(
  file: CatalogFile,
  entry: IssuersFile['issuers'][number],
  index: number,
): Placed<Issuer> {
  const { maxLifetime, jwksUri, ...rest } = entry;
  const value = {
    ...rest,
    maxLifetimeSeconds: secondsOf(maxLifetime),
    ...(jwksUri !== undefined && { jwksUri }),
  };
  return { file, path: ['issuers', index], value };
}

export function toAgent(file: CatalogFile, entry: AgentFile, names: Names): Placed<Agent> {
  const { agent: id, owner, bindings, budget, ...rest } = entry;
  const value: Agent = {
    id,
    ...rest,
    owner: {
      issuer: owner.issuer ?? PEOPLES_ISSUER,
      subject: owner.subject,
      ...(owner.name !== undefined && { name: owner.name }),
    },
    bindings: bindings.map((each, index) => toBinding({ file, path: ['bindings', index] }, each, names)),
    ...(budget && { budget }),
  };
  return { file, path: ['agent'], value };
}

export function toServer(
  file: CatalogFile,
  { entry, index }: { entry: ResourceServersFile['resourceServers'][number]; index: number },
  names: Names,
): Placed<ResourceServer> {
  const path = ['resourceServers', index];
  const bindings = entry.bindings.map((each, at) =>
    toBinding({ file, path: [...path, 'bindings', at] }, each, names),
  );
  return { file, path, value: { name: entry.name, tasks: entry.tasks, bindings } };
}

export function toTask(file: CatalogFile, entry: TaskFile): Placed<Task> {
  const {
    task: id,
    lease,
    maxDuration,
    leases,
    approval,
    budget,
    outlivesLease,
    idempotency,
    parameters,
    permissions,
    ...rest
  } = entry;
  const { expiresAfter, breakGlass, ...decision } = approval;
  const value: Task = {
    id,
    ...rest,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, spec]) => [name, withoutUndefined(spec) as ParameterSpec]),
    ),
    permissions: permissions.map(({ actions, resources, conditions }) => ({
      actions,
      resources,
      ...(conditions && { conditions }),
    })),
    leaseSeconds: secondsOf(lease),
    maxDurationSeconds: secondsOf(maxDuration),
    ...(leases !== undefined && { leases }),
    approval: {
      ...decision,
      expiresAfterSeconds: secondsOf(expiresAfter),
      ...(breakGlass !== undefined && { breakGlass }),
    },
    ...(budget && { budget }),
    ...(outlivesLease !== undefined && { outlivesLease }),
    ...(idempotency !== undefined && { idempotency }),
  };
  return { file, path: ['task'], value };
}

function toBinding(
  at: { readonly file: CatalogFile; readonly path: DocumentPath },
  entry: BindingEntry,
  { issuers, report }: Names,
): Binding {
  const issuer = issuers.get(entry.issuer);
  // the entry stays, so that those after it keep their places; with an error nothing is compiled
  if (issuer === undefined && issuers.size > 0) {
    report.error(at.file, [...at.path, 'issuer'], {
      message: `issuer ${entry.issuer} is not in issuers.yaml`,
      fix: `use one of: ${[...issuers.keys()].join(', ')}`,
    });
  }
  const { subject, claims } = entry;
  return { issuer: issuer?.issuer ?? entry.issuer, subject, ...(claims && { claims }) };
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
