// Offboarding: access is gone, and this can be shown to somebody who was not there.

export const requirements = {
  'OFF-1':
    'A proof comes only when the status, the wait, the grants, the leases, the identities and the kill lists have all been looked at and hold.',
  'OFF-2':
    'A proof names what was observed, what was only reasoned and why, and what was not looked at; it carries no secret.',
  'OFF-3': 'There is one proof of an agent: repetitions, races and crashes give it or nothing.',
  'OFF-4': 'Of an agent that is not retired, or whose row Remit has not written so, nothing is proven.',
  'OFF-5': 'In no order of steps is there a proof while a lease lives or a grant is open.',
  'OFF-6':
    'Where sessions can be had, the last credentials are tried with an action of their task; if they work, there is no proof.',
  'OFF-12':
    'A proof says how many of the last credentials were refused, and why others were not tried; it calls that observed only when every one was.',
  'OFF-7': 'Where a kill list was needed, it is waited for, and what was not confirmed in time is told.',
  'OFF-8': 'The identities of a retired agent stay blocked, also through deployments, and this is looked at.',
  'OFF-9':
    'The wait runs from when the maker of the proof first saw the status, by its own clock; nobody can shorten it.',
  'OFF-10': 'A proof that was altered, signed by another key or planted in the registry is not believed.',
  'OFF-11': 'An offboarding that fails, and not only has to wait, raises an alarm.',
  'OFF-13':
    'What came after a retirement is looked for from when it was first seen, and never beyond the proof itself.',
} as const;
