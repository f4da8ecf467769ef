// Tells every record of the trail on an event bus, for whoever wants to react. A record may come twice: its hash tells.

import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { TrailPublisher } from '../../core/audit/ports.ts';
import { writeRecord } from '../../core/audit/record.ts';

/** Most entries that EventBridge takes at once. */
const MAX_ENTRIES = 10;

/** @throws Error of the SDK, or when an entry was not taken. */
export function createTrailPublisher({
  client,
  bus,
}: {
  readonly client: EventBridgeClient;
  readonly bus: string;
}): TrailPublisher {
  return {
    async publish(records) {
      for (let start = 0; start < records.length; start += MAX_ENTRIES) {
        const Entries = records.slice(start, start + MAX_ENTRIES).map((record) => ({
          EventBusName: bus,
          Source: 'remit.audit',
          DetailType: record.event.type,
          Time: new Date(record.event.time ?? record.at),
          Detail: writeRecord(record),
        }));
        const { FailedEntryCount = 0 } = await client.send(new PutEventsCommand({ Entries }));
        if (FailedEntryCount > 0) throw new Error(`EventBridge did not take ${FailedEntryCount} records`);
      }
    },
  };
}
