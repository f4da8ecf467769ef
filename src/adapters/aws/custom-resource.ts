// A Lambda-backed custom resource answers CloudFormation itself, with a PUT to the address in the event; without
// an answer a deployment hangs for an hour.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** What a custom resource says when it worked. */
export interface ResourceAnswer {
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

const ATTEMPTS = 4;
/** CloudFormation's limit on the whole answer is 4,096 bytes. */
const REASON_LENGTH = 1000;

/** Wraps a handler so that CloudFormation always hears how it went. */
export function answeringCloudFormation(
  handler: (event: CloudFormationCustomResourceEvent) => Promise<ResourceAnswer>,
  send: typeof fetch = fetch,
): (event: CloudFormationCustomResourceEvent) => Promise<void> {
  return async (event) => {
    const { StackId, RequestId, LogicalResourceId } = event;
    const outcome = await run(handler, event);
    await put(send, event.ResponseURL, JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }));
  };
}

async function run(
  handler: (event: CloudFormationCustomResourceEvent) => Promise<ResourceAnswer>,
  event: CloudFormationCustomResourceEvent,
) {
  try {
    return { Status: 'SUCCESS', ...(await handler(event)) };
  } catch (error) {
    const Reason = (error instanceof Error ? error.message : 'unknown').slice(0, REASON_LENGTH);
    const known = 'PhysicalResourceId' in event ? event.PhysicalResourceId : 'failed';
    return { Status: 'FAILED', Reason, PhysicalResourceId: known };
  }
}

async function put(send: typeof fetch, url: string, body: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // the address is signed without a content type
      const answer = await send(url, { method: 'PUT', body, headers: { 'content-type': '' } });
      if (answer.ok) return;
      throw new Error(`CloudFormation answered ${answer.status}`);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
