// Local mode for end-to-end tests: everything in this process, on free ports, with the shipped catalog or another.

import { join } from 'node:path';
import { openSession } from '../../cli/local/session.ts';
import type { OverdueAgent } from '../../src/adapters/local/overdue.ts';
import type { Role } from '../../src/adapters/local/plane/roles.ts';
import type { TrailEvent } from '../../src/adapters/local/plane/trail.ts';
import type { LocalMode } from '../../src/adapters/local/start.ts';
import type { Catalog, LeaseCredentials } from '../../src/core/model.ts';

export interface LocalOptions {
  /** @default the shipped example catalog */
  readonly catalogDirectory?: string;
  /** Keeps the audit trail below this directory. @default no trail is kept */
  readonly keptIn?: string;
}

export interface Local {
  readonly brokerUrl: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly catalog: Catalog;
  /** Of an agent, or of a resource server as `server:<name>`. */
  assertion(name: string): Promise<string>;
  /** Moves time for everything in local mode; SDK clients tolerate 15 minutes. */
  readonly clock: { forward(seconds: number): void };
  /** May do everything in the local AWS plane. */
  readonly operator: LeaseCredentials;
  /** Agents that were overdue when it started. */
  readonly overdue: readonly OverdueAgent[];
  /** Log lines of the functions so far. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** CloudTrail-shaped events so far. */
  trail(): readonly TrailEvent[];
  /** Roles of the plane; their policies can be changed. */
  roles(): readonly Role[];
  /** Runs the sweeper now. */
  sweep(): Promise<unknown>;
  /** Sends reminders of reviews now. */
  remind(): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts local mode; the caller closes it. */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  let offsetMs = 0;
  const overdue: OverdueAgent[] = [];
  const logs: Readonly<Record<string, unknown>>[] = [];
  const local = await openSession({
    catalogDirectory: options.catalogDirectory ?? 'catalog',
    env: {},
    brokerPort: 0,
    awsPort: 0,
    clock: () => new Date(Date.now() + offsetMs),
    log: (line) => logs.push(line),
    onOverdue: (agent) => overdue.push(agent),
    onSynth: () => undefined,
    ...(options.keptIn !== undefined && {
      trail: { directory: join(options.keptIn, 'trail'), keptBy: join(options.keptIn, 'audit') },
    }),
  });
  return {
    ...pick(local),
    logs,
    overdue,
    assertion: (name) => local.demo.assertion(name),
    clock: {
      forward: (seconds) => {
        offsetMs += seconds * 1000;
      },
    },
    trail: () => local.aws.plane.trail.events(),
    roles: () => local.aws.plane.roles.list(),
    sweep: () => local.functions.sweep(),
    remind: () => local.functions.remind(),
    close: () => local.close(),
  };
}

function pick({ brokerUrl, awsUrl, region, catalog, operator }: LocalMode) {
  return { brokerUrl, awsUrl, region, catalog, operator };
}
