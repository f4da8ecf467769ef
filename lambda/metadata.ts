// The public documents: authorization server metadata and key set. It reads nothing and may nothing.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { wellKnown } from '../src/adapters/http/metadata.ts';
import { type MetadataEnv, metadataEnv, readEnv } from '../src/config/env.ts';

/** The well-known documents of the broker at this address. */
export function buildMetadata(env: MetadataEnv, world: World = {}): Handler {
  return endpoint(createTelemetry(world.log), (request) => ({
    operation: 'metadata',
    role: 'client',
    run: async () => wellKnown(request, env.BROKER_URL),
  }));
}

export const handler = onFirstEvent(() => buildMetadata(readEnv(metadataEnv, process.env)));
