// A process of its own: oidc-provider with its in-memory adapter, issuing a JWT access token for client_credentials
// with private_key_jwt. Prints its address; each post needs a fresh client assertion, so the forms are made here too.

import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const FORMS = 6000;
const client = await generateKeyPair('ES256', { extractable: true });
const signing = await generateKeyPair('RS256', { extractable: true });
const RESOURCE = 'urn:bench:api';

// its advice about production belongs nowhere here
for (const level of ['warn', 'info'] as const) console[level] = () => undefined;
const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: 'bench',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [{ ...(await exportJWK(client.publicKey)), alg: 'ES256', use: 'sig', kid: 'c' }] },
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), alg: 'RS256', use: 'sig', kid: 's' }] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      getResourceServerInfo: () => ({
        scope: '',
        audience: RESOURCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 60,
      }),
      useGrantedResource: () => true,
    },
  },
});

const forms = await Promise.all(
  Array.from({ length: FORMS }, async () => {
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'c' })
      .setIssuer('bench')
      .setSubject('bench')
      .setAudience('http://127.0.0.1')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(client.privateKey);
    return new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }).toString();
  }),
);
const server = provider.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/token`, forms })}\n`);
});
