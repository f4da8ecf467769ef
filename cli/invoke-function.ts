// Invokes a Lambda function with the operator's own AWS credentials: one signed request (Lambda API, Invoke), for which
// a whole client package would be too much.

import { Sha256 } from '@aws-crypto/sha256-js';
import { STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { CliError, EXIT } from './failure.ts';

const INVOKE_MS = 20_000;

/** Which function, and what it is given. */
export interface Invocation {
  readonly functionName: string;
  readonly region?: string | undefined;
  /** @default the Lambda endpoint of the region */
  readonly endpoint?: string | undefined;
  readonly event: object;
}

/** @returns what the function answered, as JSON. @throws CliError when it was not called, or failed */
export async function invokeFunction(invocation: Invocation): Promise<unknown> {
  const { functionName } = invocation;
  const answer = await send(await signed(invocation)).catch((cause: unknown) => {
    throw new CliError(`The function ${functionName} cannot be reached.`, {
      fix: 'check --region and that you have AWS credentials here',
      exitCode: EXIT.unavailable,
      cause,
    });
  });
  if (answer.ok && !answer.headers.has('x-amz-function-error')) return answer.json();
  const code = answer.headers.get('x-amzn-errortype')?.split(':', 1)[0] ?? String(answer.status);
  throw new CliError(`The function ${functionName} was not run (${code}).`, {
    fix: 'check --function and --region, and that your AWS credentials may lambda:InvokeFunction on it',
    exitCode: answer.status >= 500 ? EXIT.unavailable : EXIT.refused,
  });
}

async function signed({ functionName, region, endpoint, event }: Invocation): Promise<HttpRequest> {
  // the client is never called: it knows where the operator's credentials and region come from
  const { config } = new STSClient({ ...(region && { region }) });
  const place = await config.region();
  const suffix = place.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(endpoint ?? `https://lambda.${place}.${suffix}`);
  const request = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
    headers: { host: url.host, 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  const signer = new SignatureV4({
    service: 'lambda',
    region: place,
    credentials: config.credentials,
    sha256: Sha256,
  });
  return (await signer.sign(request)) as HttpRequest;
}

function send({ protocol, headers, path, body }: HttpRequest): Promise<Response> {
  const { host = '', ...rest } = headers;
  return fetch(`${protocol}//${host}${path}`, {
    method: 'POST',
    headers: rest,
    body: String(body),
    redirect: 'error',
    signal: AbortSignal.timeout(INVOKE_MS),
  });
}
