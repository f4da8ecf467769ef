// Binding the local servers: loopback addresses only, and an error that says which port is taken and what to change.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The port is used by another program, or this user may not bind it; `fix` names the variable to change. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly fix: string;

  constructor({ port, variable }: ListenOptions) {
    super(`Port ${port} of this machine is taken, or not allowed.`);
    this.fix = `set ${variable} to another port, or to 0 for any free one`;
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
