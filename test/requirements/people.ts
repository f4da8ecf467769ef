// How people sign in and get passkeys. PEOPLE-1 to PEOPLE-5 are of the store (approve-stores.ts).

export const requirements = {
  'PEOPLE-6':
    'A person is who an ID token of the one issuer and client proves; no other kind of token is one.',
  'PEOPLE-7':
    'A first key counts once somebody else with a key has signed for that very key; nobody confirms an own one.',
  'PEOPLE-8':
    'Where nobody could confirm, a first key is confirmed by its code, unambiguously, by direct invocation only.',
  'PEOPLE-9': 'A further key needs the signature of one that counts, over the new key itself.',
  'PEOPLE-10': 'A credential id belongs to one person for ever, and once removed never counts again.',
  'PEOPLE-11': 'A challenge serves one person and one purpose, once, within two minutes, on this site.',
  'PEOPLE-12': 'A key is removed by its person with an own key, or by an administrator, signed.',
  'PEOPLE-15':
    'Whoever confirms or removes the key of another says why: the reason is signed, stays with the key and is in the audit trail.',
  'PEOPLE-16':
    'Of somebody who has a key that counts none is confirmed, nor any that waited when one began to count, also of confirmations at once.',
  'PEOPLE-17': 'A key that nobody has confirmed within seven days lapses, is told so, and takes no room.',
  'PEOPLE-13': 'Changes at once are all kept or refused, and never outrun a removal.',
} as const;
