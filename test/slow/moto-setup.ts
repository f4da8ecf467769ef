// Starts moto_server on a free port for the slower layer, and stops it.

import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import type { TestProject } from 'vitest/node';
import { withoutScopedCredentials } from './without-scoped-credentials.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of moto; a host without a dot, or the CDK would look for virtual-hosted buckets. */
    moto: string;
  }
}

const START_MS = 60_000;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const front = withoutScopedCredentials(port);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${portOf(front)}`;
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true' },
  });
  const failed = new Promise<never>((_, fail) => {
    moto.once('error', (cause) =>
      fail(new Error('moto_server is not installed: pip install "moto[server]"', { cause })),
    );
  });
  await Promise.race([answers(`http://127.0.0.1:${port}/moto-api/`), failed]);
  provide('moto', url);
  return async () => {
    front.close();
    front.closeAllConnections();
    moto.kill();
  };
}

async function answers(url: string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('moto_server did not start');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
