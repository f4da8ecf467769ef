// A broker for client tests: the contract of the token endpoint over real HTTP, with every call counted and every
// answer replaceable. Verifies nothing; what brokers verify has its own tests.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';

/** One call as it arrived. */
export interface Call {
  readonly kind: 'request' | 'renew' | 'poll' | 'complete' | 'revoke' | 'assertion' | 'other';
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

/** What a test answers instead; `drop` cuts the connection, `hang` never answers. */
export type Reply =
  | { status: number; body?: unknown; raw?: string; headers?: Record<string, string> }
  | 'drop'
  | 'hang';

interface FakeGrant {
  handle: string;
  status: string;
}

export interface FakeBroker {
  readonly url: string;
  readonly calls: Call[];
  readonly grants: Map<string, FakeGrant>;
  leaseSeconds: number;
  /** Whether new requests wait for people; `decide` says what came of them. */
  needsPerson: boolean;
  decision: 'approved' | 'denied' | undefined;
  /** Consulted before each answer. */
  intercept: ((call: Call) => Reply | undefined | Promise<Reply | undefined>) | undefined;
  count(kind: Call['kind']): number;
  close(): Promise<void>;
}

/** An assertion that no broker would accept and every fake does. */
export async function fakeAssertion(
  claims: { aud?: string | string[]; expiresIn?: number } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: 'https://issuer.test', sub: 'workload', aud: claims.aud ?? 'remit' })
    .setProtectedHeader({ alg: 'HS256' })
    .setJti(randomBytes(8).toString('hex'))
    .setIssuedAt(now)
    .setExpirationTime(now + (claims.expiresIn ?? 300))
    .sign(randomBytes(32));
}

/** A refusal as brokers send it. */
export function refusal(
  status: number,
  code: string,
  members: Record<string, unknown> = {},
): Exclude<Reply, string> {
  const body = {
    error: 'invalid_grant',
    error_description: `Refused: ${code}.`,
    code,
    request_id: 'req-1',
    ...members,
  };
  return { status, body };
}

export async function startFakeBroker(leaseSeconds = 60): Promise<FakeBroker> {
  const server = createServer((request, response) => void serve(broker, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const broker: FakeBroker = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    grants: new Map(),
    leaseSeconds,
    needsPerson: false,
    decision: undefined,
    intercept: undefined,
    count: (kind) => broker.calls.filter((call) => call.kind === kind).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return broker;
}

async function serve(broker: FakeBroker, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request);
  broker.calls.push(call);
  const reply = (await broker.intercept?.(call)) ?? (await usualReply(broker, call));
  if (reply === 'hang') return;
  if (reply === 'drop') {
    request.socket.destroy();
    return;
  }
  const { status, body, raw, headers } = reply;
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-1', ...headers });
  response.end(raw ?? (body === undefined ? '' : JSON.stringify(body)));
}

async function readCall(request: IncomingMessage): Promise<Call> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const form = Object.fromEntries(new URLSearchParams(text));
  const path = request.url ?? '';
  return { kind: kindOf(path, form), path, form, headers: request.headers };
}

function kindOf(path: string, form: Record<string, string>): Call['kind'] {
  if (path.startsWith('/dev/assertion')) return 'assertion';
  if (path.endsWith('/complete')) return 'complete';
  if (path === '/oauth2/revoke') return 'revoke';
  if (path !== '/oauth2/token') return 'other';
  if (form['auth_req_id']) return 'poll';
  return form['grant_id'] ? 'renew' : 'request';
}

async function usualReply(broker: FakeBroker, call: Call): Promise<Reply> {
  switch (call.kind) {
    case 'assertion':
      return { status: 200, raw: await fakeAssertion() };
    case 'request': {
      const grantId = randomBytes(16).toString('hex').slice(0, 26).toUpperCase();
      const handle = `${grantId}.${randomBytes(32).toString('base64url')}`;
      broker.grants.set(grantId, { handle, status: broker.needsPerson ? 'pending' : 'active' });
      if (broker.needsPerson) return pendingReply(grantId, { auth_req_id: handle });
      return leaseReply(broker, grantId, { grant_handle: handle });
    }
    case 'poll':
      return pollReply(broker, call);
    case 'renew':
      return renewReply(broker, call);
    case 'complete':
      return completeReply(broker, call);
    case 'revoke':
      return { status: 200 };
    default:
      return refusal(404, 'route_unknown');
  }
}

/** A request that waits for people, as brokers tell it. */
export function pendingReply(grantId: string, members: Record<string, unknown> = {}): Exclude<Reply, string> {
  const body = {
    error: 'authorization_pending',
    code: 'grant_pending',
    grant_id: grantId,
    interval: 0.2,
    expires_in: 1800,
    approvers: 'finance-leads',
    quorum: 1,
    approved: 0,
    binding_code: 'ABCD-EFGH',
    approval_url: `https://remit.test/console/#/approvals/${grantId}`,
    ...members,
  };
  return { status: 400, body };
}

function pollReply(broker: FakeBroker, { form }: Call): Reply {
  const [grantId = '', grant] =
    [...broker.grants].find(([, { handle }]) => handle === form['auth_req_id']) ?? [];
  if (grant === undefined) return refusal(400, 'grant_unknown');
  if (broker.decision === 'denied')
    return refusal(400, 'grant_denied', { error: 'access_denied', grant_id: grantId });
  if (broker.decision === undefined) return pendingReply(grantId);
  grant.status = 'active';
  return leaseReply(broker, grantId);
}

function renewReply(broker: FakeBroker, { form }: Call): Reply {
  const grant = broker.grants.get(form['grant_id'] ?? '');
  if (grant?.handle !== form['grant_handle']) return refusal(400, 'grant_unknown');
  if (grant?.status !== 'active') return refusal(400, 'grant_ended', { grant_status: grant?.status });
  return leaseReply(broker, form['grant_id'] ?? '');
}

function completeReply(broker: FakeBroker, { path, form }: Call): Reply {
  const grant = broker.grants.get(path.split('/')[2] ?? '');
  if (grant === undefined || grant.handle !== form['grant_handle']) return refusal(400, 'grant_unknown');
  grant.status = 'completed';
  return { status: 200, body: { grant_id: path.split('/')[2], grant_status: 'completed' } };
}

/** A lease as brokers send it. */
export function leaseReply(
  broker: FakeBroker,
  grantId: string,
  members: Record<string, unknown> = {},
): Reply {
  const expiration = new Date(Date.now() + broker.leaseSeconds * 1000);
  const credentials = {
    Version: 1,
    AccessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    SecretAccessKey: randomBytes(20).toString('hex'),
    SessionToken: randomBytes(30).toString('hex'),
    Expiration: expiration.toISOString(),
  };
  return {
    status: 200,
    body: {
      access_token: Buffer.from(JSON.stringify(credentials)).toString('base64url'),
      issued_token_type: 'urn:remit:token-type:aws-credentials',
      token_type: 'N_A',
      expires_in: broker.leaseSeconds,
      grant_id: grantId,
      ...members,
    },
  };
}
