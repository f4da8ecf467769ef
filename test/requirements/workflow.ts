// The approval workflow: it times, tells and wakes, and can decide nothing.

export const requirements = {
  'WORKFLOW-1':
    'No path of the state machine reaches Approved but by a wake and a row whose decisions approve.',
  'WORKFLOW-2':
    'Every step has a timeout, is tried again, and hands over to a state that ends in a recorded outcome.',
  'WORKFLOW-3': 'The data of an execution is grant id, request digest, task token and waits; nothing else.',
  'WORKFLOW-4': 'Repeating a step changes nothing that the first one did, whatever the state of the row.',
  'WORKFLOW-5':
    'A request whose digest no longer holds lapses with that reason; one that is late lapses too.',
  'WORKFLOW-6': 'A row that moved before the workflow waited for it wakes it at once.',
  'WORKFLOW-7': 'A grant that was killed, failed or taken back reads as that, never as approved or lapsed.',
  'WORKFLOW-8': 'A channel that is down stops neither the others nor the waiting, and is a finding.',
  'WORKFLOW-9': 'Notices hold no parameter values and no link that decides.',
  'WORKFLOW-10': 'The workflow function takes the events of its machine and nothing else.',
  'WORKFLOW-11':
    'The synthesized definition approves, denies, lapses, reminds and outlives a crash when it is executed.',
  'WORKFLOW-12':
    'The functions of people may do exactly what their duty takes; no other writes their tables.',
  'WORKFLOW-13': 'People come from the configured issuer, or from a pool that nobody can sign up to.',
  'WORKFLOW-14': 'The console is served with a policy that trusts itself and the sign-in alone.',
  'WORKFLOW-15': 'Approvals that wait, lapse or cannot be told are seen.',
  'WORKFLOW-16': 'A deployment brings the console into its bucket, and removes what earlier builds left.',
  'WORKFLOW-17':
    'Over every policy of a deployment, passkeys, evidence, requests and leases have the one writer that they should have.',
  'WORKFLOW-18': 'Notices are encrypted where they lie and on their way.',
  'WORKFLOW-19':
    'An execution is started once whatever Step Functions answers, and what it throttles is tried again.',
  'WORKFLOW-20':
    'A channel that fails is tried again for some seconds, whatever the notice, and one that took it hears it once.',
  'WORKFLOW-21': 'Configured addresses and the chat channel hear of notices, and can do nothing through it.',
} as const;
