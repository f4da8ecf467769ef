import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  closeServer,
  listenLoopback,
  listenLoopback6,
  PortTaken,
  requireFree,
} from '../../../src/adapters/local/listen.ts';

describe('binding the local servers', () => {
  it('binds to a loopback address only', async () => {
    const server = createServer();
    const port = await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' });
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port });
    await closeServer(server);
  });

  it('names a taken port and the variable that changes it [LOCAL-20]', async () => {
    const first = createServer();
    const port = await listenLoopback(first, { port: 0, variable: 'REMIT_PORT' });
    const attempt = listenLoopback(createServer(), { port, variable: 'REMIT_PORT' });
    await expect(attempt).rejects.toThrow(PortTaken);
    await expect(listenLoopback(createServer(), { port, variable: 'REMIT_PORT' })).rejects.toMatchObject({
      message: expect.stringContaining(String(port)),
      fix: expect.stringContaining('REMIT_PORT'),
    });
    await closeServer(first);
  });

  it('looks at several ports at once, names each that is taken, and keeps none [LOCAL-20]', async () => {
    const [first, second] = [createServer(), createServer()];
    const one = { port: await listenLoopback(first, { port: 0, variable: 'A' }), variable: 'A' };
    const two = { port: await listenLoopback(second, { port: 0, variable: 'B' }), variable: 'B' };
    const attempt = requireFree([one, { port: 0, variable: 'C' }, two]);
    await expect(attempt).rejects.toMatchObject({ fix: expect.stringContaining('set A and B to other') });
    await closeServer(first);
    await expect(requireFree([one, two])).rejects.toMatchObject({ fix: expect.stringContaining('set B to') });
    await closeServer(second);
    await requireFree([one, two]);
    await listenLoopback(first, one);
    await closeServer(first);
  });

  it('takes the IPv6 loopback too where there is one, so that no other program answers for localhost there', async () => {
    const holder = createServer();
    const isThere = await listenLoopback6(holder, { port: 0, variable: 'REMIT_PORT' });
    if (!isThere) return;
    const { address, port } = holder.address() as AddressInfo;
    expect(address).toBe('::1');
    await expect(listenLoopback6(createServer(), { port, variable: 'REMIT_PORT' })).rejects.toThrow(
      PortTaken,
    );
    await closeServer(holder);
  });
});
