// The sequencer over the tables, the bucket, the bus and the queue of a deployment. What it finds wrong is counted where
// it is published: a record is published at least once, so no crash can swallow the alarm.

import type { AuditCheckpointEnv, AuditEnv } from '../../config/env.ts';
import type { CheckpointDeps } from '../../core/audit/make-checkpoint.ts';
import type { TrailPublisher } from '../../core/audit/ports.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createKmsSigner } from './kms-signer.ts';
import type { RedriveDeps } from './redrive.ts';
import type { RescanDeps } from './rescan.ts';
import { createTableStreams } from './table-streams.ts';
import type { Measure, Telemetry } from './telemetry.ts';
import { createTrailBucket } from './trail-bucket.ts';
import { createTrailPublisher } from './trail-events.ts';
import { createTrailStore } from './trail-table.ts';
import {
  busClient,
  clockOf,
  documentClient,
  keyClient,
  queueClient,
  s3Client,
  streamsClient,
  type World,
} from './world.ts';

/** What the function that drains streams needs. */
export function auditOver(env: AuditEnv, world: World, telemetry: Telemetry): RedriveDeps & RescanDeps {
  const letters = createDeadLetters({ client: queueClient(world), url: env.DEAD_LETTERS_URL });
  const tables = {
    grants: env.GRANTS_TABLE,
    registry: env.REGISTRY_TABLE,
    people: env.PEOPLE_TABLE,
    outbox: env.OUTBOX_TABLE,
  };
  return {
    ...trailOver(env, world, telemetry),
    poison: letters,
    letters,
    tables,
    client: documentClient(world),
    streams: createTableStreams({ client: streamsClient(world), tables }),
  };
}

/** What the function that signs needs. */
export function checkpointsOver(env: AuditCheckpointEnv, world: World, telemetry: Telemetry): CheckpointDeps {
  const signer = createKmsSigner({ client: keyClient(world), keyId: env.TRAIL_KEY_ARN });
  return { ...trailOver(env, world, telemetry), signer };
}

function trailOver(
  env: Omit<AuditCheckpointEnv, 'TRAIL_KEY_ARN'>,
  world: World,
  telemetry: Telemetry,
): Omit<CheckpointDeps, 'signer'> {
  return {
    trail: env.TRAIL,
    store: createTrailStore({ client: documentClient(world), table: env.TRAIL_TABLE }),
    archive: createTrailBucket({ client: s3Client(world), bucket: env.TRAIL_BUCKET }),
    publisher: counted(createTrailPublisher({ client: busClient(world), bus: env.EVENT_BUS }), telemetry),
    clock: clockOf(world),
  };
}

const COUNTED: Readonly<Record<string, Measure['metric']>> = {
  'remit.audit.gap': 'auditGaps',
  'remit.audit.conflict': 'auditConflicts',
  'remit.audit.untold': 'auditConflicts',
  'remit.audit.unreadable': 'auditUnreadable',
};

/** A publisher that counts what it has told. */
export function counted(publisher: TrailPublisher, telemetry: Telemetry): TrailPublisher {
  return {
    async publish(records) {
      await publisher.publish(records);
      telemetry.measure([
        { metric: 'auditRecords', value: records.length },
        ...records.flatMap(({ event }) => {
          const metric = COUNTED[event.type];
          return metric === undefined ? [] : [{ metric, value: 1 }];
        }),
      ]);
    },
  };
}
