// Custom resource: brings the catalog's agents into the registry at deploy. Deleting the stack changes nothing.

import { randomUUID } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answeringCloudFormation, type ResourceAnswer } from '../src/adapters/aws/custom-resource.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createRegistryWriter } from '../src/adapters/aws/registry-table.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, type World } from '../src/adapters/aws/world.ts';
import { loadCatalog } from '../src/adapters/files/compiled-catalog.ts';
import { type RegistrySyncEnv, readEnv, registrySyncEnv } from '../src/config/env.ts';
import { withPeoplesIssuer } from '../src/core/catalog/owners.ts';
import { syncAgents } from '../src/core/lifecycle/sync-agents.ts';

type SyncEvent = Pick<CloudFormationCustomResourceEvent, 'RequestType'>;

/** @throws Error naming each identity that belongs to another agent: the deployment then fails and says so. */
export function buildRegistrySync(
  env: RegistrySyncEnv,
  world: World = {},
): (event: SyncEvent) => Promise<ResourceAnswer> {
  const rows = { client: documentClient(world), table: env.REGISTRY_TABLE };
  const telemetry = createTelemetry(world.log);
  return async (event) => {
    const answer = { PhysicalResourceId: 'remit-registry' };
    if (event.RequestType === 'Delete') return answer;
    const compiled = world.catalog ?? loadCatalog(env.CATALOG_FILE);
    const catalog = withPeoplesIssuer(compiled, env.PEOPLE_ISSUER.issuer);
    const requestId = randomUUID();
    const occasion = { clock: clockOf(world), requestId };
    const report = await syncAgents(createRegistryWriter({ ...rows, occasion }), catalog);
    const { agents, unbound, leftCatalog, conflicts, reclaimed } = report;
    const failed = conflicts.length > 0;
    telemetry.line(
      {
        operation: 'sync',
        requestId,
        agents,
        unbound,
        left: leftCatalog.length,
        conflicts: conflicts.length,
        reclaimed: reclaimed.join('; '),
      },
      failed,
    );
    if (failed)
      throw new Error(
        `identities that belong to another agent (take them away there, or out of the catalog): ${conflicts.join('; ')}`,
      );
    return { ...answer, Data: { agents: String(agents), left: leftCatalog.join(' ') } };
  };
}

export const handler = onFirstEvent(() =>
  answeringCloudFormation(buildRegistrySync(readEnv(registrySyncEnv, process.env))),
);
