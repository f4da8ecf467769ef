// What becomes of requests that people decide, end to end.

export const requirements = {
  'OUTCOME-1': 'A quorum of different people approves a request; the approval is redeemed once.',
  'OUTCOME-2': 'A person who decides again is told so, and counts once.',
  'OUTCOME-3': 'One denial ends a request, and nothing after it changes that.',
  'OUTCOME-4': 'Owners and people without the group decide nothing; the latter do not even see the request.',
  'OUTCOME-5': 'An assertion of an agent is refused where people decide.',
  'OUTCOME-6': 'A signed decision counts for its request and its person alone.',
  'OUTCOME-7':
    'Break-glass approves alone, needs a reason, raises a finding and shows in the list of grants.',
  'OUTCOME-8': 'An undecided request lapses, and a decision after that is refused.',
} as const;
