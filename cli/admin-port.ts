// Sends one order: to the address of the admin function, signed with the operator's own AWS credentials, or to local
// mode, where the person at the keyboard is the operator.

import { FIXES } from '../src/client/fixes.ts';
import { DEFAULT_BROKER, isLoopback } from '../src/client/transport.ts';
import { CliError, EXIT } from './failure.ts';
import { printable } from './print.ts';

/** Where orders go. */
export interface AdminOptions {
  readonly admin?: string;
  readonly region?: string;
  readonly broker?: string;
  readonly json?: boolean;
}

/** An order that was refused, by the refusal's code. */
export class OrderRefused extends CliError {
  readonly code: string;

  constructor(code: string, sentence: string, options: ConstructorParameters<typeof CliError>[1]) {
    super(sentence, options);
    this.code = code;
  }
}

/** Of a refusal, what it is about. */
const MEMBERS = ['group', 'issuer', 'subject', 'status'];
/** An order waits for requests under way, and may end many grants. */
const ORDER_MS = 310_000;

/** The answer's body. @throws OrderRefused that names what was refused. */
export async function order(options: AdminOptions, command: object): Promise<Record<string, unknown>> {
  const body = JSON.stringify(command);
  const answer = await send(options, body);
  const text = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return text;
  const code = String(text['code'] ?? answer.status);
  const plain = text['message'] ?? `The order was answered with ${answer.status}.`;
  const said = String(text['error_description'] ?? plain);
  const wrong = ['where', 'problem'].flatMap((name) => text[name] ?? []).join(': ');
  const named = [wrong, ...MEMBERS.map((name) => text[name] ?? '')].filter((each) => each !== '');
  const about = [...named, code].join(', ');
  const requestId = text['request_id'] === undefined ? undefined : String(text['request_id']);
  const fix = FIXES[code] ?? (answer.status >= 500 ? 'try again in a moment' : undefined);
  throw new OrderRefused(code, printable(`${said} (${about})`), {
    requestId,
    ...(fix !== undefined && { fix }),
    exitCode: answer.status >= 500 ? EXIT.unavailable : EXIT.refused,
  });
}

async function send(options: AdminOptions, body: string): Promise<Response> {
  try {
    const { url, headers } = await addressed(options, body);
    const signal = AbortSignal.timeout(ORDER_MS);
    return await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal });
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('The order could not be sent.', {
      fix: 'give --admin (REMIT_ADMIN), the output AdminUrl of the stack, and AWS credentials; or start remit dev',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}

async function addressed({ admin, region, broker = DEFAULT_BROKER }: AdminOptions, body: string) {
  const type = { 'content-type': 'application/json' };
  if (admin !== undefined) {
    const url = new URL(admin);
    if (url.protocol !== 'https:') throw new CliError('The admin address must be https.');
    return { url, headers: await signed(url, { body, region, type }) };
  }
  const url = new URL('/dev/admin', broker);
  if (!isLoopback(url)) throw new CliError('Orders without --admin go to local mode on this machine only.');
  return { url, headers: type };
}

interface ToSign {
  readonly body: string;
  readonly region: string | undefined;
  readonly type: Readonly<Record<string, string>>;
}

async function signed(url: URL, { body, region, type }: ToSign): Promise<Record<string, string>> {
  const [{ SignatureV4 }, { Sha256 }, { STSClient }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
    import('@aws-sdk/client-sts'),
  ]);
  const { config } = new STSClient({});
  const signer = new SignatureV4({
    service: 'lambda',
    // https://<id>.lambda-url.<region>.on.aws/
    region: region ?? url.hostname.split('.').at(2) ?? (await config.region()),
    credentials: config.credentials,
    sha256: Sha256,
  });
  const request = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { ...type, host: url.host },
    body,
  });
  const { host: _, ...headers } = request.headers;
  return headers;
}
