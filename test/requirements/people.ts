// How people sign in and get passkeys. PEOPLE-1 to PEOPLE-5 are of the store (approve-stores.ts).

export const requirements = {
  'PEOPLE-6':
    'A person is who an ID token of the one issuer and client proves; no other kind of token is one.',
  'PEOPLE-7':
    'A first key counts once somebody else with a key has signed for that very key; nobody confirms an own one.',
  'PEOPLE-8': 'The first key of all is confirmed by its code, unambiguously, by direct invocation only.',
  'PEOPLE-9': 'A further key needs the signature of one that counts, over the new key itself.',
  'PEOPLE-10': 'A credential id belongs to one person for ever, and once removed never counts again.',
  'PEOPLE-11': 'A challenge serves one person and one purpose, once, within two minutes, on this site.',
  'PEOPLE-12': 'A key is removed by its person with an own key, or by an administrator, signed.',
  'PEOPLE-15':
    'Whoever confirms or removes the key of another says why: the reason is signed, stays with the key and is in the audit trail.',
  'PEOPLE-13': 'Changes at once are all kept or refused, and never outrun a removal.',
} as const;
