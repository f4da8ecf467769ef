// Binding the local servers: loopback addresses only, and an error that says which port is taken and what to change.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ports are used by another program, or this user may not bind them; `fix` names the variables to change. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly fix: string;

  constructor(...taken: readonly ListenOptions[]) {
    const ports = taken.map(({ port }) => port).join(' and ');
    const variables = taken.map(({ variable }) => variable).join(' and ');
    const [are, others] =
      taken.length === 1
        ? ['is', 'another port, or to 0 for any free one']
        : ['are', 'other ports, or to 0 for any free ones'];
    super(`Port${taken.length === 1 ? '' : 's'} ${ports} of this machine ${are} taken, or not allowed.`);
    this.fix = `set ${variables} to ${others}`;
  }
}

export interface ListenOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Environment variable that changes the port, for the message. */
  readonly variable: string;
}

/** Binds to 127.0.0.1. @returns the port. @throws PortTaken */
export async function listenLoopback(server: Server, options: ListenOptions): Promise<number> {
  await bind(server, '127.0.0.1', options);
  return (server.address() as AddressInfo).port;
}

/** For a look before anything is made: binds them and lets them go. @throws PortTaken that names each taken one */
export async function requireFree(wanted: readonly ListenOptions[]): Promise<void> {
  const taken: ListenOptions[] = [];
  for (const options of wanted) {
    const server = createServer();
    try {
      await listenLoopback(server, options);
      await closeServer(server);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      taken.push(options);
    }
  }
  if (taken.length > 0) throw new PortTaken(...taken);
}

/**
 * Binds a second server with the same listener to ::1, because `localhost` may mean either address. Where the
 * machine has no IPv6 there is nothing to bind. @throws PortTaken
 */
export async function listenLoopback6(server: Server, options: ListenOptions): Promise<boolean> {
  try {
    await bind(server, '::1', options);
    return true;
  } catch (error) {
    if (error instanceof PortTaken) throw error;
    return false;
  }
}

function bind(server: Server, host: string, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(isTaken ? new PortTaken(options) : error);
    };
    server.once('error', fail);
    server.listen({ host, port: options.port, exclusive: true }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** Stops a server and its open connections. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
