// What the stores of approvals must do.

export const requirements = {
  'DECIDE-1': 'A decision and its event are one write on the row.',
  'DECIDE-2': 'Of decisions at once on one state of a request one counts.',
  'DECIDE-3': 'Nothing is decided past its time, on another digest, or after its end.',
  'DECIDE-4': 'A request without a workflow is due until one has taken it over.',
  'DECIDE-5': 'A request with a workflow is due at its own end.',
  'DECIDE-6': 'The task token of a waiting workflow stays on the row.',
  'DECIDE-7': 'A decided request is due until its workflow was woken.',
  'DECIDE-8': 'The first lease under approvals redeems them and starts the life of the grant.',
  'POLL-1': 'A poll too early makes every later one wait five seconds longer.',
  'POLL-2': 'Polls at once are counted one after the other.',
  'POLL-3': 'A proof that came with a poll counts once.',
  'POLL-4': 'The interval between polls grows without a cap; the end of the request bounds it.',
  'RATE-1': 'Approvals of a person are counted over the hour that ends now, across the edges of clock hours.',
  'EVIDENCE-1': 'Evidence is written once.',
  'EVIDENCE-2': 'Evidence and the people behind it come in one consistent read, whole or not at all.',
  'CHALLENGE-1': 'A challenge is used once.',
  'CHALLENGE-2': 'A challenge that is unknown or too old is worth nothing.',
  'PEOPLE-1': 'A person is found by issuer and subject, with every passkey.',
  'PEOPLE-2': 'A change of a person is written against the version that was seen.',
  'PEOPLE-3': 'A credential id is one person’s for ever.',
  'PEOPLE-4':
    'People whose passkey waits, and who have none that counts, are listed, the newest first, until it is confirmed or lapses.',
  'PEOPLE-5': 'A challenge of enrolment is used once and in time.',
  'FINDING-1': 'A finding is told once.',
  'FINDING-2': 'Findings are listed by time.',
} as const;
