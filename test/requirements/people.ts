// How people sign in and get passkeys. PEOPLE-1 to PEOPLE-5 are of the store (approve-stores.ts).

export const requirements = {
  'PEOPLE-6':
    'A person is who an ID token of the one issuer and client proves; no other kind of token is one.',
} as const;
