// Tells every record of the trail on an event bus, for whoever wants to react. A record may come twice: its hash tells.

import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { TRAIL_SOURCE } from '../../config/trail.ts';
import type { TrailPublisher } from '../../core/audit/ports.ts';
import { type TrailRecord, writeRecord } from '../../core/audit/record.ts';

/** Most entries that EventBridge takes at once, and their bytes. */
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 256 * 1024;
/** What EventBridge counts for an entry's time, and what we leave for names. */
const ENTRY_OVERHEAD_BYTES = 1024;
/** Rounds for the entries that one round did not take; then the batch comes again with all of them. */
const MAX_ROUNDS = 4;

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
      for (const entries of requests(records.map((record) => entryOf(record, bus))))
        await put(client, entries);
    },
  };
}

function entryOf(record: TrailRecord, bus: string): PutEventsRequestEntry {
  return {
    EventBusName: bus,
    Source: TRAIL_SOURCE,
    DetailType: record.event.type,
    // of the sequencer: the event's own may be anything
    Time: new Date(record.at),
    Detail: writeRecord(record),
  };
}

/** Entries by requests that EventBridge takes. */
function requests(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const found: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? '') + ENTRY_OVERHEAD_BYTES;
    const last = found.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || bytes + size > MAX_REQUEST_BYTES) {
      found.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return found;
}

/** Brings what was not taken again, in its order. */
async function put(client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<void> {
  let left = entries;
  for (let round = 1; left.length > 0; round += 1) {
    if (round > MAX_ROUNDS) throw new Error(`EventBridge did not take ${left.length} records`);
    const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: left }));
    left = FailedEntryCount === 0 ? [] : left.filter((_, index) => Entries[index]?.EventId === undefined);
  }
}
