// One endpoint: an API Gateway event in, an answer out, one log line on every exit. Anything but a refusal that
// escapes is answered as `internal_error`, its cause logged by name and place, never sent.

import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { RequestContext } from '../../core/deps.ts';
import { Refusal } from '../../core/refusal.ts';
import { isThrottle } from '../aws/faults.ts';
import { createRequestLog, type Facts, type Measure, type Telemetry } from '../aws/telemetry.ts';
import { type Answer, type AssertionRole, refusalAnswer, toGateway } from './answer.ts';
import { MAX_BODY_BYTES } from './form.ts';
import type { RefusalTrail } from './refusal-trail.ts';

/** A request as the endpoints read it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What an endpoint does; it may say how the caller's assertion was sent as soon as it knows. */
export interface Action {
  readonly operation: string;
  readonly role: AssertionRole;
  run(context: RequestContext): Promise<Answer>;
}

export type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** What an endpoint may have beside its action. */
export interface EndpointOptions {
  /** Where refusals are told. @default nowhere: for what serves public documents only */
  readonly refusals?: RefusalTrail;
}

/** Wraps `choose`, which reads a request into the action to run. */
export function endpoint(
  telemetry: Telemetry,
  choose: (request: HttpRequest) => Action,
  { refusals }: EndpointOptions = {},
): Handler {
  return async (event) => {
    const started = performance.now();
    const requestId = event.requestContext?.requestId ?? randomUUID();
    const log = createRequestLog();
    const request = readRequest(event);
    // the route as we declared it, not the path as sent: people paste secrets into addresses
    log.note({ requestId, method: request.method, route: event.routeKey });
    const outcome = await perform(request, choose, { requestId, log });
    if (refusals) log.note(await tell(refusals, outcome, { requestId, facts: log.facts() }));
    const durationMs = Math.round(performance.now() - started);
    report(telemetry, { ...outcome, facts: { ...log.facts(), durationMs } });
    return toGateway(outcome.answer, requestId);
  };
}

/** @returns what the log line says of it. */
async function tell(
  refusals: RefusalTrail,
  { operation, refusal }: Outcome,
  { requestId, facts }: { readonly requestId: string; readonly facts: Facts },
): Promise<Facts> {
  if (refusal === undefined) return {};
  const { code, detail } = refusal;
  const untold = await refusals.record({ operation, code, detail, requestId, facts });
  return untold === undefined ? {} : { untold };
}

interface Outcome {
  readonly operation: string;
  readonly answer: Answer;
  readonly refusal?: Refusal;
}

async function perform(
  request: HttpRequest,
  choose: (request: HttpRequest) => Action,
  context: RequestContext,
): Promise<Outcome> {
  let action: Action | undefined;
  try {
    if (request.body.length > MAX_BODY_BYTES) throw new Refusal('body_too_large');
    action = choose(request);
    return { operation: action.operation, answer: await action.run(context) };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal('internal_error', { cause: error });
    const answer = refusalAnswer(refusal, context.requestId, action?.role ?? 'subject_token');
    return { operation: action?.operation ?? 'none', answer, refusal };
  }
}

function report(telemetry: Telemetry, outcome: Outcome & { readonly facts: Facts }): void {
  const { operation, answer, refusal, facts } = outcome;
  const { status } = answer;
  const failed = status >= 500;
  telemetry.line({ ...facts, operation, status, ...refusalFacts(refusal) }, failed);
  const measures: Measure[] = [
    { metric: 'requests', value: 1, dimension: { operation } },
    { metric: 'duration', value: Number(facts['durationMs']), dimension: { operation } },
  ];
  if (refusal) measures.push({ metric: 'refusals', value: 1, dimension: { code: refusal.code } });
  if (facts['untold'] !== undefined) measures.push({ metric: 'untoldRefusals', value: 1 });
  if (failed) measures.push({ metric: 'failures', value: 1 });
  if (refusal && isThrottle(refusal)) measures.push({ metric: 'throttles', value: 1 });
  if (!refusal) measures.push(...leaseMeasures(facts), ...decisionMeasures(facts));
  telemetry.measure(measures);
}

function leaseMeasures(facts: Facts): Measure[] {
  const { leaseKind, tokenUtilization } = facts;
  const kind: Measure[] =
    leaseKind === undefined ? [] : [{ metric: 'leases', value: 1, dimension: { kind: String(leaseKind) } }];
  if (typeof tokenUtilization !== 'number') return kind;
  return [...kind, { metric: 'tokenUtilization', value: tokenUtilization }];
}

/** What a decision and its notices noted (core/approve/record-decision.ts, aftermath.ts). */
function decisionMeasures({ decision, outcome, noticeFailed }: Facts): Measure[] {
  // a challenge notes the decision that it is for; one that was recorded has its outcome too
  const decided: Measure[] =
    decision === undefined || outcome === undefined
      ? []
      : [{ metric: 'decisions', value: 1, dimension: { decision: String(decision) } }];
  if (noticeFailed === undefined) return decided;
  return [...decided, { metric: 'noticeFailures', value: String(noticeFailed).split(' ').length }];
}

/** Code, detail and the cause's name and place: an SDK's or library's message might quote what it was given. */
function refusalFacts(refusal: Refusal | undefined): Facts {
  if (refusal === undefined) return {};
  const { cause } = refusal;
  return {
    code: refusal.code,
    detail: refusal.detail,
    cause: cause instanceof Error ? cause.name : undefined,
    causeAt:
      cause instanceof Error
        ? cause.stack
            ?.split('\n')
            .find((line) => line.startsWith('    at '))
            ?.trim()
        : undefined,
  };
}

function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    query: event.rawQueryString ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
