// How people show who they are: one `Authorization: Bearer` header with an ID token (RFC 6750 §2.1), and no other way.
// There are no cookies, so no other site can act for a signed-in person; where a browser says which page sends a POST,
// it must be the console's all the same.

import { Refusal } from '../../../core/refusal.ts';
import { MAX_TOKEN_CHARACTERS } from '../../../core/verify/compact-jws.ts';
import type { HttpRequest } from '../endpoint.ts';

/** API Gateway joins repeated headers by commas, which no token has. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

/** @throws Refusal `sign_in_required` without the header, `sign_in_rejected` for anything but one token. */
export function bearerToken({ headers }: HttpRequest): string {
  const header = headers['authorization'];
  if (header === undefined || header === '') throw new Refusal('sign_in_required');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new Refusal('sign_in_rejected', { detail: 'authorization header' });
  if (token.length > MAX_TOKEN_CHARACTERS) throw new Refusal('sign_in_rejected', { detail: 'token length' });
  return token;
}

/** @throws Refusal `page_foreign` when a browser says that another page than one of `origin` sends this. */
export function refuseForeignPage({ headers }: HttpRequest, origin: string): void {
  const sent = headers['origin'];
  if (sent !== undefined && sent !== origin) throw new Refusal('page_foreign', { detail: 'origin' });
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin')
    throw new Refusal('page_foreign', { detail: 'sec-fetch-site' });
}
