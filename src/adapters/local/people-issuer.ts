// The identity provider of people in local mode, on oidc-provider: authorization code with PKCE for one public client,
// the console, and a page on which one picks who to be. It exists on this machine only (start.ts refuses production),
// and a deployed catalog cannot name it: synth refuses http and loopback issuers.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import type { Mount } from './gateway.ts';
import { BodyTooLarge, readBody, send } from './http-request.ts';
import { pickerPage, sentencePage } from './persona-page.ts';
import { CONSOLE_CLIENT, PERSONAS, type Persona } from './personas.ts';

const ID_TOKEN_SECONDS = 3600;
const CODE_SECONDS = 60;
/** One may look at the sign-in page for this long. */
const INTERACTION_SECONDS = 600;
const TIMES = {
  IdToken: ID_TOKEN_SECONDS,
  Grant: ID_TOKEN_SECONDS,
  AuthorizationCode: CODE_SECONDS,
  AccessToken: CODE_SECONDS,
  Interaction: INTERACTION_SECONDS,
  Session: INTERACTION_SECONDS,
};
const LARGEST_FORM = 4096;
const PATH = '/people';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Issuer identifier at this broker. */
export function peopleIssuerUrl(brokerUrl: string): string {
  return `${brokerUrl}${PATH}`;
}

/** The issuer's pages and endpoints; made on the first request, because it takes a while to load. */
export function peopleIssuerMount(brokerUrl: string): Mount {
  let made: Promise<Handler> | undefined;
  return {
    prefix: PATH,
    handler: async (request, response) => {
      made ??= createHandler(brokerUrl);
      await (await made)(request, response);
    },
  };
}

async function createHandler(brokerUrl: string): Promise<Handler> {
  const [{ Provider }, configuration] = await Promise.all([
    import('oidc-provider/lib/provider.js'),
    configure(brokerUrl),
  ]);
  const provider = new Provider(peopleIssuerUrl(brokerUrl), configuration);
  const endpoints = provider.callback();
  const signIn: Handler = async (request, response) => {
    const begun = await provider.interactionDetails(request, response).catch(() => undefined);
    // the cookie alone would also find a sign-in that another page of this browser began
    if (begun === undefined || request.url !== `${PATH}/interaction/${begun.uid}`) {
      return send(response, sentencePage(400, 'This sign-in has ended. Start again from the console.'));
    }
    if (request.method !== 'POST') return send(response, pickerPage(PERSONAS));
    const persona = await readPersona(request);
    if (persona === undefined) return send(response, sentencePage(400, 'Nobody of that name is here.'));
    await provider.interactionFinished(request, response, {
      login: { accountId: persona.subject, remember: false },
    });
  };
  return async (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith(`${PATH}/interaction/`)) return signIn(request, response);
    // oidc-provider finds where it is mounted by comparing the two
    Object.assign(request, { originalUrl: path });
    request.url = path.slice(PATH.length) || '/';
    await endpoints(request, response);
  };
}

async function configure(brokerUrl: string): Promise<object> {
  const [{ default: MemoryAdapter }, policy, { privateKey }] = await Promise.all([
    import('oidc-provider/lib/adapters/memory_adapter.js'),
    loginPolicy(),
    generateKeyPair('ES256', { extractable: true }),
  ]);
  return {
    // called through a function, so that the package does not warn everybody who starts local mode
    adapter: (model: string) => new MemoryAdapter(model),
    clients: [consoleClient(brokerUrl)],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256', kid: 'people' }] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // cookies do not keep the ports of one host apart
      names: {
        session: 'remit_people',
        interaction: 'remit_people_sign_in',
        resume: 'remit_people_resume',
      },
    },
    // the ID token itself says who and in which groups, without a second question
    conformIdTokenClaims: false,
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub', 'groups'], profile: ['name'] },
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    pkce: { required: () => true },
    // the console and the command line are of this origin; no page of another one asks here
    clientBasedCORS: (_: unknown, origin: string) => origin === brokerUrl,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
    },
    interactions: { policy, url: (_: unknown, { uid }: { uid: string }) => `${PATH}/interaction/${uid}` },
    findAccount: (_: unknown, subject: string) => account(subject),
    loadExistingGrant: grantEverything,
    ttl: TIMES,
    renderError,
  };
}

function renderError(
  context: { body: unknown; set(headers: object): void },
  { error }: { readonly error: string },
): void {
  const { headers, body } = sentencePage(400, `The identity provider answers: ${error}.`);
  context.set(headers);
  context.body = body;
}

function consoleClient(brokerUrl: string): object {
  return {
    client_id: CONSOLE_CLIENT,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [`${brokerUrl}/console/`],
    id_token_signed_response_alg: 'ES256',
    scope: 'openid profile',
  };
}

/** The page is shown at every sign-in, so that one browser can be several people in a row. */
async function loginPolicy(): Promise<object> {
  const { base, Check } = await import('oidc-provider/lib/helpers/interaction_policy/index.js');
  const policy = base();
  const asked = (context: { oidc: { result?: { login?: object } } }) =>
    context.oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  policy.get('login').checks.add(new Check('always_asked', 'Somebody has to be picked', asked));
  return policy;
}

function account(subject: string) {
  const persona = PERSONAS.find((known) => known.subject === subject);
  if (persona === undefined) return undefined;
  const { name, groups } = persona;
  return { accountId: subject, claims: () => ({ sub: subject, name, groups: [...groups] }) };
}

interface Consenting {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<unknown> };
    };
  };
}

/** There is one client, and it is ours: nobody is asked for consent. */
async function grantEverything({ oidc }: Consenting): Promise<object> {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

async function readPersona(request: IncomingMessage): Promise<Persona | undefined> {
  const body = await readBody(request, LARGEST_FORM).catch((error: unknown) => {
    if (error instanceof BodyTooLarge) return Buffer.alloc(0);
    throw error;
  });
  const id = new URLSearchParams(body.toString()).get('persona');
  return PERSONAS.find((persona) => persona.id === id);
}
