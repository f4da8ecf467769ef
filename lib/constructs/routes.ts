// The paths of the HTTP API, by the function behind them.

/** Every path; each takes every method, so that a wrong one gets our own error. */
export const ROUTES = {
  token: ['/oauth2/token'],
  grants: ['/oauth2/revoke', '/oauth2/introspect', '/grants/{grantId}/complete'],
  metadata: ['/.well-known/oauth-authorization-server', '/.well-known/jwks.json'],
  approvals: ['/api/approvals', '/api/approvals/{grantId}', '/api/approvals/{grantId}/{action}'],
  passkeys: ['/api/passkeys', '/api/passkeys/{action}', '/api/passkeys/{action}/{step}'],
  peopleAdmin: [
    '/api/acts',
    '/api/acts/{step}',
    '/api/agents',
    '/api/agents/{id}',
    '/api/agents/{id}/proof',
    '/api/reviews',
    '/api/reviews/{agent}',
    '/api/overview',
    '/api/catalog',
  ],
  views: ['/api/config', '/api/me', '/api/grants', '/api/grants/{grantId}', '/api/findings'],
  questions: ['/api/questions', '/api/questions/{name}', '/api/audit', '/api/agents/{id}/story'],
} as const;
