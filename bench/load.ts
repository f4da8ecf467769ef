// Posts forms to a server in another process, over so many connections, for so long.

import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server process and what to post to it. */
export interface Served {
  readonly url: string;
  readonly nextForm: () => string;
  stop(): void;
}

/** Starts `bench/servers/<name>.ts` and waits for its address. */
export async function startServer(name: string): Promise<Served> {
  const file = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const {
      url,
      form,
      forms = [form ?? ''],
    } = JSON.parse(line) as { url: string; form?: string; forms?: string[] };
    let next = 0;
    const nextForm = () => {
      next += 1;
      return forms[next % forms.length] ?? '';
    };
    return { url, nextForm, stop: () => child.kill() };
  }
  throw new Error(`${name} did not start`);
}

/** Requests per second over this many connections. @throws Error for any answer but 200. */
export async function requestsPerSecond(
  { url, nextForm }: Pick<Served, 'url' | 'nextForm'>,
  load: { readonly connections: number; readonly requests: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  let left = load.requests;
  const started = performance.now();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await post({ url, agent }, nextForm());
    }
  };
  await Promise.all(Array.from({ length: load.connections }, worker));
  agent.destroy();
  return load.requests / ((performance.now() - started) / 1000);
}

function post({ url, agent }: { url: string; agent: Agent }, form: string): Promise<void> {
  return new Promise((done, fail) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(form),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        if (answer.statusCode === 200) done();
        else fail(new Error(`${url} answered ${answer.statusCode}: ${Buffer.concat(chunks)}`));
      });
    });
    sent.once('error', fail);
    sent.end(form);
  });
}
