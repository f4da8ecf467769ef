// Sign-in by OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce, for a public client. The ID
// token comes over TLS from the token endpoint (OpenID Connect Core §3.1.3.7 6); the API verifies its signature.

import * as oauth from 'oauth4webapi';
import type { Config } from '../api/answers.ts';
import type { Session } from './session.ts';

const KEY = 'remit.sign-in';

/** What must be the same when the identity provider sends the person back. */
interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Hash of the page that was left. */
  readonly hash: string;
}

/** The sign-in did not end well; `message` is for the reader. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
}

/** Where the identity provider sends people back to; it must be registered there. */
export function redirectUri(): string {
  return `${window.location.origin}${import.meta.env.BASE_URL}`;
}

/** Leaves for the identity provider. `prompt: select` lets it ask who signs in, also when it knows somebody. */
export async function beginSignIn(config: Config, options: { readonly asks?: boolean } = {}): Promise<void> {
  const server = await discover(config);
  if (server.authorization_endpoint === undefined)
    throw new SignInFailure('The identity provider has no authorization endpoint.');
  const begun: Begun = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    hash: window.location.hash,
  };
  sessionStorage.setItem(KEY, JSON.stringify(begun));
  const address = new URL(server.authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri(),
    scope: config.scopes,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    ...(options.asks === true && { prompt: 'login' }),
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  window.location.assign(address);
}

/** Whether this address is the identity provider's answer. */
export function isAnswer(url: URL): boolean {
  return url.searchParams.has('state') && (url.searchParams.has('code') || url.searchParams.has('error'));
}

/** Trades the answer for a session, and brings back the address of the page that was left. @throws SignInFailure */
export async function finishSignIn(config: Config, url: URL): Promise<Session> {
  const begun = takeBegun();
  // the code must not stay in the address, whatever comes of it
  window.history.replaceState(null, '', `${redirectUri()}${begun?.hash ?? ''}`);
  if (begun === undefined)
    throw new SignInFailure('This tab has begun no such sign-in, or has ended it already.');
  try {
    return await exchange(config, { url, begun });
  } catch (error) {
    throw new SignInFailure(sentenceOf(error), { cause: error });
  }
}

/** Forgets nothing itself; the address that ends the session at the provider, where it has one. */
export async function signOutAddress(config: Config, session: Session): Promise<URL | undefined> {
  const server = await discover(config);
  if (server.end_session_endpoint === undefined) return undefined;
  const address = new URL(server.end_session_endpoint);
  const query = {
    id_token_hint: session.idToken,
    client_id: config.clientId,
    post_logout_redirect_uri: redirectUri(),
    // the name that Cognito has for it
    logout_uri: redirectUri(),
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address;
}

async function exchange(
  config: Config,
  { url, begun }: { readonly url: URL; readonly begun: Begun },
): Promise<Session> {
  const server = await discover(config);
  const client = { client_id: config.clientId };
  const answer = oauth.validateAuthResponse(server, client, url, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    redirectUri(),
    begun.verifier,
    insecureOnlyAtHome(config),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (claims === undefined || tokens.id_token === undefined)
    throw new SignInFailure('The identity provider sent no ID token.');
  const { name } = claims;
  return {
    idToken: tokens.id_token,
    issuer: claims.iss,
    subject: claims.sub,
    name: typeof name === 'string' && name !== '' ? name : claims.sub,
    endsAt: claims.exp * 1000,
  };
}

async function discover(config: Config): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(config.issuer);
  const response = await oauth.discoveryRequest(issuer, insecureOnlyAtHome(config));
  return oauth.processDiscoveryResponse(issuer, response);
}

/** Plain http is for the demo issuer of local mode, on this machine, and for nothing else. */
function insecureOnlyAtHome({ issuer }: Config): { [oauth.allowInsecureRequests]?: boolean } {
  const { protocol, hostname } = new URL(issuer);
  const isHome = hostname === 'localhost' && window.location.hostname === 'localhost';
  return protocol === 'http:' && isHome ? { [oauth.allowInsecureRequests]: true } : {};
}

function takeBegun(): Begun | undefined {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept === null) return undefined;
  return JSON.parse(kept) as Begun;
}

function sentenceOf(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError)
    return error.error === 'access_denied'
      ? 'The identity provider did not let you in.'
      : `The identity provider answered: ${error.error}.`;
  if (error instanceof SignInFailure) return error.message;
  return 'The answer of the identity provider does not belong to this sign-in, or cannot be trusted.';
}
