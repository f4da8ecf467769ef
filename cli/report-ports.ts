// What `remit report` looks at: the tables, catalog and trail of `remit ask`, the broker, the synthesized stack and the
// checkout; and in local mode identities to probe with.

import { createPublicKey, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { brokerBase, isLoopback } from '../src/client/transport.ts';
import type { Answered, Asked, Broker, ProbeIdentities, ReportPorts } from '../src/core/report/check.ts';
import type { StackShape } from '../src/core/report/template.ts';
import { order } from './admin-port.ts';
import { CliError, EXIT } from './failure.ts';
import { openQuestionPorts, type QuestionOptions } from './question-ports.ts';

/** What names a deployment, and what of it is looked at. */
export interface ReportOptions extends QuestionOptions {
  readonly template?: string;
  /** File in PEM, or ARN of the KMS key. */
  readonly trailKey?: string;
  /** Files of checkpoints that were kept apart. */
  readonly kept?: readonly string[];
  /** Says what takes some seconds. */
  readonly onSynth: () => void;
}

const ANSWER_MS = 15_000;
/** Who signs in for probes: an operator of local mode. */
const PERSONA = 'olga';

/** @throws CliError when the deployment is named by half, or no local mode answers */
export async function openReportPorts(options: ReportOptions): Promise<ReportPorts> {
  const questions = await openQuestionPorts(options);
  const url = brokerBase(options.broker);
  const isLocal = options.table === undefined;
  const proof = questions.trail && (await openProof(options));
  const { listFiles } = await import('../src/adapters/files/catalog-files.ts');
  const stack = await readStack(options);
  return {
    questions,
    broker: brokerAt(url),
    ...(isLocal && { probes: identitiesAt(url) }),
    ...(stack && { stack }),
    ...(existsSync(options.catalog) && { catalogFiles: listFiles(options.catalog) }),
    ...(existsSync('package-lock.json') && { lockFile: readText('package-lock.json') }),
    ...(proof && { trailProof: proof }),
    random: { bytes: (count) => randomBytes(count) },
  };
}

/** Key and kept checkpoints: of local mode, which tells them, or as they are named. */
async function openProof(options: ReportOptions): Promise<NonNullable<ReportPorts['trailProof']>> {
  const { openTrailSource } = await import('./audit/source.ts');
  const { trail: place, trailKey, kept, broker, region, endpoint } = options;
  const bucket = /^s3:\/\/(.+)$/.exec(place ?? '')?.[1];
  const key = trailKey?.startsWith('arn:') === true ? { key: trailKey } : trailKey && { publicKey: trailKey };
  const source = await openTrailSource(bucket === undefined ? place : undefined, {
    broker,
    ...key,
    ...(kept && { kept }),
    ...(bucket !== undefined && { bucket }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  return {
    kept: source.kept,
    ...(source.publicKey !== undefined && { publicKey: createPublicKey(source.publicKey) }),
    ...(source.trail !== undefined && { trail: source.trail }),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`${path} cannot be read.`, { exitCode: EXIT.usage, cause });
  }
}

/** Of a file, with the nested ones beside it; or synthesized as it would be deployed. */
async function readStack({ template, catalog, onSynth }: ReportOptions): Promise<StackShape | undefined> {
  if (template !== undefined) {
    const nested = readdirSync(dirname(template)).filter((name) => name.endsWith('.nested.template.json'));
    return {
      template: parse(template),
      nested: Object.fromEntries(
        nested.map((name) => [name, { template: parse(join(dirname(template), name)) }]),
      ),
    };
  }
  const { readCatalog } = await import('../src/adapters/files/catalog-files.ts');
  const compiled = readCatalog(catalog).catalog;
  if (compiled === undefined) return undefined;
  const { loadStack } = await import('./local/stack-cache.ts');
  return loadStack(catalog, { catalogDigest: compiled.digest, onSynth, asDeployed: true });
}

function parse(path: string): StackShape['template'] {
  try {
    return JSON.parse(readText(path)) as StackShape['template'];
  } catch (cause) {
    throw new CliError(`${path} is no template in JSON.`, { exitCode: EXIT.usage, cause });
  }
}

function brokerAt(url: string): Broker {
  const secure = new URL(url);
  return {
    url,
    send: (asked) => send(url, asked),
    ...(!isLoopback(secure) && {
      async servesWithoutTls() {
        const plain = `http://${secure.host}/.well-known/oauth-authorization-server`;
        const signal = AbortSignal.timeout(ANSWER_MS);
        const answer = await fetch(plain, { signal, redirect: 'manual' }).catch(() => undefined);
        return answer?.status === 200;
      },
    }),
  };
}

async function send(url: string, { method, path, form, json, bearer }: Asked): Promise<Answered> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(json && { body: JSON.stringify(json) }),
    ...(form && { body: new URLSearchParams(form) }),
  });
  const body: unknown = await answer.json().catch(() => ({}));
  return { status: answer.status, body: z.record(z.string(), z.unknown()).catch({}).parse(body) };
}

/** Local mode attests everybody; it is the one place where probes have identities. */
function identitiesAt(url: string): ProbeIdentities {
  const reading = async (path: string) => (await fetch(`${url}${path}`, { redirect: 'error' })).json();
  return {
    async assertion(agent, { seconds, audience } = {}) {
      const query = new URLSearchParams({
        agent,
        ...(seconds !== undefined && { seconds: String(seconds) }),
        ...(audience !== undefined && { audience }),
      });
      return z.object({ assertion: z.string() }).parse(await reading(`/dev/assertion?${query}`)).assertion;
    },
    async publicKey() {
      const { keys } = z
        .object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) })
        .parse(await reading('/demo/.well-known/jwks.json'));
      return createPublicKey({ key: keys[0] as never, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString();
    },
    async signIn() {
      const { signIn } = await import('../src/adapters/local/sign-in.ts');
      return signIn(url, PERSONA);
    },
    async signInAs(subject) {
      const [{ signIn }, { PERSONAS }] = await Promise.all([
        import('../src/adapters/local/sign-in.ts'),
        import('../src/adapters/local/personas.ts'),
      ]);
      const persona = PERSONAS.find((each) => each.subject === subject);
      return persona && signIn(url, persona.id);
    },
    order: (command) => order({ broker: url }, command),
  };
}
