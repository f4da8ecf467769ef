// Requests per second through a real HTTP server with the real AWS adapters over a canned transport, against
// oidc-provider on the same machine in the same run; and local mode's own rate beside it.

import type { Figure, Measurement } from './figure.ts';
import { requestsPerSecond, startServer } from './load.ts';
import { localRate } from './local-rate.ts';

const REQUESTS = { 1: 1000, 10: 2000 } as const;
const WARM_UP = 1500;

async function rates(name: string): Promise<Record<1 | 10, number>> {
  const server = await startServer(name);
  try {
    await requestsPerSecond(server, { connections: 10, requests: WARM_UP });
    const one = await requestsPerSecond(server, { connections: 1, requests: REQUESTS[1] });
    const ten = await requestsPerSecond(server, { connections: 10, requests: REQUESTS[10] });
    return { 1: one, 10: ten };
  } finally {
    server.stop();
  }
}

async function run(): Promise<readonly Figure[]> {
  const remit = await rates('remit');
  const oidc = await rates('oidc-provider');
  const local = await localRate();
  return [
    ...([1, 10] as const).flatMap((connections): Figure[] => [
      {
        name: `Remit ÷ oidc-provider, ${connections} connection${connections === 1 ? '' : 's'}`,
        value: remit[connections] / oidc[connections],
        unit: '×',
        aim: { atLeast: 1 },
      },
      { name: `Remit, ${connections}`, value: Math.round(remit[connections]), unit: 'requests/s' },
      { name: `oidc-provider, ${connections}`, value: Math.round(oidc[connections]), unit: 'requests/s' },
    ]),
    {
      name: 'local mode, 1',
      value: Math.round(local),
      unit: 'exchanges/s',
      note: 'with signed AWS calls to the local plane, IAM evaluation and DynamoDB in one process',
    },
  ];
}

export const requests: Measurement = { name: 'requests', title: 'Requests through an HTTP server', run };
