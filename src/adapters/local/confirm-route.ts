// `POST /dev/passkeys/confirm`: what lambda:InvokeFunction on the passkeys function is in AWS. Whoever is on this machine
// may confirm a first passkey here; pages of other origins may not (gateway.ts).

import * as z from 'zod';
import type { GatewayRoute } from './gateway.ts';
import { PERSONAS } from './personas.ts';

const asked = z.strictObject({
  /** Of a persona; its short name will do. */
  subject: z.string().min(1),
  issuer: z.string().optional(),
  code: z.string(),
  reason: z.string().exactOptional(),
});

/** The passkeys function, called past the HTTP API. */
export type Confirm = (event: {
  readonly confirm: {
    readonly issuer: string;
    readonly subject: string;
    readonly code: string;
    readonly reason?: string;
  };
}) => Promise<unknown>;

/** The route; `issuer` is the people's issuer of local mode. */
export function confirmRoute(issuer: string, confirm: Confirm): GatewayRoute {
  return {
    routeKey: 'POST /dev/passkeys/confirm',
    handler: async ({ body = '', isBase64Encoded }) => {
      const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
      const parsed = asked.safeParse(parse(text));
      if (!parsed.success) return json(400, { message: 'say {"subject": …, "code": …, "reason": …}' });
      const { issuer: theirs, subject, ...said } = parsed.data;
      const persona = PERSONAS.find(({ id }) => id === subject);
      const person = { issuer: theirs ?? issuer, subject: persona?.subject ?? subject };
      return json(200, await confirm({ confirm: { ...person, ...said } }));
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function json(statusCode: number, value: unknown) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
