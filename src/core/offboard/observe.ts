// Looks at everything that could still work for a retired agent. The index names the grants; what counts is each row,
// read again consistently. Nothing here decides anything.

import { LONGEST_GRANT_SECONDS } from '../kill/end-scope.ts';
import { needsKillList } from '../kill/kill-list.ts';
import type { KillList } from '../kill/ports.ts';
import type { Binding, Grant, GrantId, RegisteredAgent, RoleArn } from '../model.ts';
import type { GrantPage, GrantSummary } from '../ports.ts';
import { addSeconds } from '../record/lifetime.ts';
import type { OffboardDeps, ProbeResult } from './ports.ts';

const PAGE = 100;
/** Rows read again side by side. */
const AT_ONCE = 20;
/** Newest leases that are tried. */
const MOST_PROBES = 20;

/** An identity of the agent, and whose it is by its own row. */
export interface SeenBinding {
  readonly binding: Binding;
  readonly holder: string | undefined;
}

/** A role on whose kill list the agent's leases had to be. */
export interface SeenKillList {
  readonly role: RoleArn;
  readonly list: KillList;
  /** The grants whose leases needed it, and when the last of these was put there. */
  readonly grants: readonly GrantId[];
  readonly endedAt: Date;
}

/** One trial of a grant's last credentials. */
export interface SeenProbe extends ProbeResult {
  readonly grantId: GrantId;
  readonly accessKeyId: string;
}

/** What was seen after the wait. */
export interface Observations {
  /** Of the agent, back to the oldest that could have been open when it was retired. */
  readonly grants: readonly Grant[];
  readonly from: Date;
  readonly bindings: readonly SeenBinding[];
  readonly killLists: readonly SeenKillList[];
  /** Absent where nobody can try. */
  readonly probes?: readonly SeenProbe[];
}

/** From when on grants are looked at: earlier ones had ended when the agent was retired. */
export function lookedAtFrom(retiredAt: Date): Date {
  return addSeconds(retiredAt, -LONGEST_GRANT_SECONDS);
}

/** What the index says, for showing while time passes. */
export async function listGrantsOf(
  deps: OffboardDeps,
  agent: string,
  from: Date,
): Promise<readonly GrantSummary[]> {
  const found: GrantSummary[] = [];
  let next: string | undefined;
  do {
    const page: GrantPage = await deps.grants.listByAgent(agent, {
      limit: PAGE,
      from,
      ...(next !== undefined && { next }),
    });
    found.push(...page.grants);
    ({ next } = page);
  } while (next !== undefined);
  return found;
}

/** Looks at everything. */
export async function observe(
  deps: OffboardDeps,
  agent: RegisteredAgent,
  retiredAt: Date,
): Promise<Observations> {
  const from = lookedAtFrom(retiredAt);
  const listed = await listGrantsOf(deps, agent.id, from);
  const grants = await readAgain(deps, listed);
  const [bindings, killLists, probes] = await Promise.all([
    seeBindings(deps, agent.bindings),
    seeKillLists(deps, grants, retiredAt),
    seeProbes(deps, grants),
  ]);
  return { grants, from, bindings, killLists, ...(probes && { probes }) };
}

async function readAgain(deps: OffboardDeps, listed: readonly GrantSummary[]): Promise<readonly Grant[]> {
  const rows: Grant[] = [];
  for (let first = 0; first < listed.length; first += AT_ONCE) {
    const batch = listed.slice(first, first + AT_ONCE);
    const read = await Promise.all(batch.map(({ grantId }) => deps.grants.get(grantId)));
    rows.push(...read.filter((row) => row !== undefined));
  }
  return rows;
}

function seeBindings(deps: OffboardDeps, bindings: readonly Binding[]): Promise<readonly SeenBinding[]> {
  return Promise.all(
    bindings.map(async (binding) => {
      const row = await deps.registry.findWorkload(binding.issuer, binding.subject);
      return { binding, holder: row?.agent };
    }),
  );
}

async function seeKillLists(
  deps: OffboardDeps,
  grants: readonly Grant[],
  retiredAt: Date,
): Promise<readonly SeenKillList[]> {
  const needed = new Map<RoleArn, { grants: GrantId[]; endedAt: Date }>();
  for (const { grantId, roleArn, leaseExpiresAt, endedAt, status } of grants) {
    if (leaseExpiresAt === undefined) continue;
    // a grant that its agent had completed kept its lease: that one was listed with the retirement
    const since = status === 'killed' && endedAt !== undefined ? endedAt : retiredAt;
    if (!needsKillList(leaseExpiresAt, since)) continue;
    const of = needed.get(roleArn) ?? { grants: [], endedAt: since };
    of.grants.push(grantId);
    needed.set(roleArn, { grants: of.grants, endedAt: since > of.endedAt ? since : of.endedAt });
  }
  return Promise.all(
    [...needed].map(async ([role, of]) => ({ role, ...of, list: await deps.lists.read(role) })),
  );
}

async function seeProbes(
  { probe }: OffboardDeps,
  grants: readonly Grant[],
): Promise<readonly SeenProbe[] | undefined> {
  if (probe === undefined) return undefined;
  const time = ({ leaseExpiresAt }: Grant) => leaseExpiresAt?.getTime() ?? 0;
  const newest = [...grants].sort((one, other) => time(other) - time(one));
  const leased = newest.flatMap((grant) =>
    grant.accessKeyId === undefined ? [] : [{ grant, accessKeyId: grant.accessKeyId }],
  );
  return Promise.all(
    leased.slice(0, MOST_PROBES).map(async ({ grant, accessKeyId }) => ({
      ...(await probe.attempt(grant)),
      grantId: grant.grantId,
      accessKeyId,
    })),
  );
}
