// What the exchange, its record and its replay rules must do.

export const requirements = {
  'RECORD-1': 'One row is the whole story of a grant.',
  'RECORD-2': 'A grant id is used once.',
  'RECORD-3': 'Racing requests with one id make one grant.',
  'RECORD-4': 'A lease whose grant ended meanwhile is never handed over.',
  'RECORD-5': 'Racing renewals make one lease.',
  'RECORD-6': 'A DPoP proof renews a grant once.',
  'RECORD-7': 'An ended grant never moves again.',
  'RECORD-8': 'Each move carries its audit event in the same write.',
  'RECORD-9': 'An ended grant is no longer open, and its row may go after its retention.',
  'RECORD-10': 'The sweeper finds what is due, and only that.',
  'REPLAY-1': 'A single-use assertion counts once.',
  'REPLAY-2': 'A single-use assertion counts once under concurrency.',
  'REPLAY-3': 'A bound assertion may be shown again only with what it is bound to.',
  'REPLAY-4': 'A DPoP proof counts once.',
  'SYNC-1': 'Agents of the catalog come into the registry as active.',
  'SYNC-2': 'A sync never touches a status.',
  'SYNC-3': 'An identity belongs to one agent only.',
} as const;
