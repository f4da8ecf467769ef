// Signs a persona in without a browser: the authorization code flow with PKCE by a stock OIDC client, pressing the
// button that a person would press. For the story and for tests; it works with the demo identity provider alone.

import * as oauth from 'oauth4webapi';
import { peopleIssuerUrl } from './people-issuer.ts';
import { CONSOLE_CLIENT } from './personas.ts';

const LOOPBACK = { [oauth.allowInsecureRequests]: true } as const;
const CLIENT: oauth.Client = { client_id: CONSOLE_CLIENT, id_token_signed_response_alg: 'ES256' };

/** An ID token of this persona (`ada`, `ben`, …). @throws Error when the sign-in does not end at the console */
export async function signIn(brokerUrl: string, persona: string): Promise<string> {
  const issuer = new URL(peopleIssuerUrl(brokerUrl));
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, LOOPBACK));
  const redirectUri = `${brokerUrl}/console/`;
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ];
  const start = new URL(server.authorization_endpoint ?? '');
  start.search = new URLSearchParams({
    client_id: CONSOLE_CLIENT,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }).toString();
  const back = oauth.validateAuthResponse(server, CLIENT, await pickPersona(start, persona), state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    CLIENT,
    oauth.None(),
    back,
    redirectUri,
    verifier,
    LOOPBACK,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, CLIENT, answer, {
    expectedNonce: nonce,
  });
  if (tokens.id_token === undefined) throw new Error('the identity provider gave no ID token');
  return tokens.id_token;
}

/** Follows the redirects with their cookies, and posts the form on the way. @returns where it ends: the console. */
async function pickPersona(start: URL, persona: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const visit = async (url: URL, init: RequestInit = {}): Promise<URL> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null)
      throw new Error(`the identity provider answered ${answer.status} at ${url.pathname}`);
    return new URL(location, url);
  };
  const form = await visit(start);
  const resume = await visit(form, { method: 'POST', body: new URLSearchParams({ persona }) });
  return visit(resume);
}
