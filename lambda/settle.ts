// Runs every minute: settles kills whose last lease is dead, and has every kill list compared with IAM.

import { randomUUID } from 'node:crypto';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { ordersOver } from '../src/adapters/aws/orders-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { readEnv, type SettleEnv, settleEnv } from '../src/config/env.ts';
import { settleKills } from '../src/core/kill/settle.ts';

/** @throws Error when a kill could not be gone over, so that an alarm sees it. */
export function buildSettle(env: SettleEnv, world: World = {}): (event: unknown) => Promise<void> {
  const deps = ordersOver(env, world);
  const telemetry = createTelemetry(world.log);
  return async () => {
    const requestId = randomUUID();
    const { settled, open, lists, failures } = await settleKills(deps, { at: deps.clock(), requestId });
    telemetry.line(
      { operation: 'settle', requestId, settled: settled.length, open, lists, failures },
      failures > 0,
    );
    telemetry.measure(
      settled.flatMap(({ scope, secondsToDead }) =>
        secondsToDead === undefined
          ? []
          : [{ metric: 'timeToDead' as const, value: secondsToDead, dimension: { scope: scope.kind } }],
      ),
    );
    if (failures > 0) throw new Error(`${failures} kills could not be gone over`);
  };
}

export const handler = onFirstEvent(() => buildSettle(readEnv(settleEnv, process.env)));
