// What becomes of requests that people decide, end to end.

export const requirements = {
  'DECIDE-1': 'A quorum of different people approves a request; the approval is redeemed once.',
  'DECIDE-2': 'A person who decides again is told so, and counts once.',
  'DECIDE-3': 'One denial ends a request, and nothing after it changes that.',
  'DECIDE-4': 'Owners and people without the group decide nothing; the latter do not even see the request.',
  'DECIDE-5': 'An assertion of an agent is refused where people decide.',
  'DECIDE-6': 'A signed decision counts for its request and its person alone.',
  'DECIDE-7': 'Break-glass approves alone, needs a reason, raises a finding and shows in the list of grants.',
  'DECIDE-8': 'An undecided request lapses, and a decision after that is refused.',
} as const;
