// The passkeys function invoked directly, past the HTTP API: whoever IAM lets do that confirms a first passkey by its
// code. No HTTP request can look like this event: API Gateway's own members are always in it.

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { DIRECT_INVOCATION } from '../../core/people/confirm.ts';
import type { Passkey, PersonKey } from '../../core/people/person.ts';
import { REFUSALS, Refusal } from '../../core/refusal.ts';
import type { Handler } from '../http/endpoint.ts';
import { personPart } from '../http/people/fields.ts';
import { shown } from '../http/people/passkeys.ts';
import type { RefusalTrail } from '../http/refusal-trail.ts';
import type { Telemetry } from './telemetry.ts';

const CODE = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;

const invocation = z.strictObject({
  confirm: z.strictObject({
    issuer: personPart,
    subject: personPart,
    code: z.string().trim().toUpperCase().regex(CODE),
    reason: z.string().exactOptional(),
  }),
});

interface Confirming {
  readonly http: Handler;
  readonly telemetry: Telemetry;
  readonly refusals: RefusalTrail;
  confirm(
    asked: { readonly of: PersonKey; readonly code: string; readonly reason?: string },
    requestId: string,
  ): Promise<Passkey>;
}

type HttpEvent = Parameters<Handler>[0];

/** A handler of both kinds of events. */
export interface HttpOrDirect {
  (event: HttpEvent): ReturnType<Handler>;
  (event: unknown): Promise<unknown>;
}

/** Sends events of the HTTP API to its handler and takes every other event for a direct confirmation. */
export function alsoInvokedDirectly(deps: Confirming): HttpOrDirect {
  function handle(event: HttpEvent): ReturnType<Handler>;
  function handle(event: unknown): Promise<unknown>;
  function handle(event: unknown): Promise<unknown> {
    return isHttp(event) ? deps.http(event) : confirmDirectly(deps, event);
  }
  return handle;
}

function isHttp(event: unknown): event is HttpEvent {
  return typeof event === 'object' && event !== null && 'requestContext' in event;
}

async function confirmDirectly({ telemetry, refusals, confirm }: Confirming, event: unknown) {
  const requestId = randomUUID();
  const facts = { operation: 'confirm-directly', requestId };
  const parsed = invocation.safeParse(event);
  try {
    if (!parsed.success) throw new Refusal('body_malformed', { detail: 'event' });
    const { issuer, subject, ...said } = parsed.data.confirm;
    const of = { issuer, subject };
    const passkey = await confirm({ of, ...said }, requestId);
    telemetry.line({ ...facts, confirmedIssuer: of.issuer, confirmedSubject: of.subject });
    return { passkey: shown(passkey) };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal('internal_error', { cause: error });
    const cause = refusal.cause instanceof Error ? refusal.cause.name : undefined;
    const { code, detail } = refusal;
    const by = { ...DIRECT_INVOCATION, signedIn: true };
    const untold = await refusals.record({ operation: facts.operation, code, detail, requestId, facts: by });
    telemetry.line({ ...facts, code, detail, cause, untold }, cause !== undefined);
    if (untold !== undefined) telemetry.measure([{ metric: 'untoldRefusals', value: 1 }]);
    return {
      error: refusal.error,
      error_description: REFUSALS[refusal.code].sentence,
      code: refusal.code,
      request_id: requestId,
    };
  }
}
