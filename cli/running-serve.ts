// Which `remit serve` is running for a task, so that `remit credentials` asks it and a second one does not start.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CliError } from './failure.ts';
import { createPrivate, openDirectory, readIfThere } from './state-directory.ts';

const TIMEOUT_MS = 5_000;

const record = z.object({ url: z.url(), token: z.string().min(1), pid: z.number().int() });
const credentials = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().min(1),
  Expiration: z.iso.datetime({ offset: true }),
});

/** A running endpoint, as its file says. */
export type ServeRecord = z.infer<typeof record>;

/** Credentials as the endpoint gives them. */
export type ServedCredentials = z.infer<typeof credentials>;

/** Announces this endpoint. @throws CliError when another one serves the same task. @returns takes it back */
export async function announceServe(key: string, serve: ServeRecord): Promise<() => Promise<void>> {
  const path = await pathOf(key);
  if (!(await createPrivate(path, JSON.stringify(serve)))) await replaceDead(path, serve);
  return () => rm(path, { force: true });
}

/** Credentials of the running endpoint for this task; undefined when none runs or it has none to give. */
export async function askServe(key: string): Promise<ServedCredentials | undefined> {
  const running = await readRecord(await pathOf(key));
  if (running === undefined) return undefined;
  try {
    const response = await get(running, running.token);
    const parsed = response.ok ? credentials.safeParse(await response.json()) : undefined;
    return parsed?.data;
  } catch {
    return undefined; // it is gone, or going: the caller asks the broker itself
  }
}

async function replaceDead(path: string, serve: ServeRecord): Promise<void> {
  const running = await readRecord(path);
  if (running === undefined || !(await answers(running))) {
    await rm(path, { force: true });
    if (await createPrivate(path, JSON.stringify(serve))) return;
  }
  const other =
    running === undefined ? 'Another remit serve' : `remit serve (process ${running.pid}) at ${running.url}`;
  throw new CliError(`${other} already serves this task with these parameters.`, {
    fix: 'use that one, or stop it first',
  });
}

/** Asked without the token, a living endpoint says that it wants one. */
async function answers(running: ServeRecord): Promise<boolean> {
  try {
    return (await get(running, '')).status === 401;
  } catch {
    return false;
  }
}

/** Only ever loopback, whatever the file says: the token must not leave the machine. */
async function get(running: ServeRecord, token: string): Promise<Response> {
  const { hostname } = new URL(running.url);
  if (hostname !== '127.0.0.1') throw new CliError('A remit serve listens on 127.0.0.1 only.');
  return fetch(running.url, {
    headers: token === '' ? {} : { authorization: token },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

async function readRecord(path: string): Promise<ServeRecord | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function pathOf(key: string): Promise<string> {
  return join(await openDirectory('serve'), `${key}.json`);
}
