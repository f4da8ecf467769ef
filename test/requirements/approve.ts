// What people's decisions must do.

export const requirements = {
  'APPROVE-1': 'An approval approves and a denial ends the request, for good.',
  'APPROVE-2': 'A quorum is that many different people, each qualified by the groups of the ID token.',
  'APPROVE-3': 'Nothing changes a request after its end.',
  'APPROVE-4': 'A challenge is answered once, in time, by the person it was made for.',
  'APPROVE-5': 'Break-glass needs its group and a reason, approves alone, and does not happen unrecorded.',
  'APPROVE-6': 'Of decisions at once each that still may counts once.',
  'APPROVE-7': 'Repeating the call that was recorded answers with the row and changes nothing.',
  'APPROVE-8': 'A process that dies between two writes leaves nothing that counts by half.',
  'APPROVE-9': 'A request whose digest the catalog of now does not yield is not decided, and lapses.',
  'APPROVE-10': 'Somebody who approves more than 30 requests within an hour is a finding.',
  'APPROVE-11': 'No order of decisions approves without the quorum, and nothing after an end changes it.',
  'APPROVE-12': 'The issuing function verifies every decision from its evidence, and believes no row.',
  'APPROVE-13': 'The owner of the agent, of then and of now, does not decide unless the task says so.',
  'APPROVE-14':
    'A decision is signed with the person verified, on this site, by a passkey older than the request.',
  'APPROVE-15':
    'A person sees the requests that concern them or that their role is to look at; others do not exist.',
  'APPROVE-16':
    'People are told what stands out: the first time for this agent, and numbers larger than ever before.',
  'APPROVE-17':
    'Evidence of a sign-in outlives a rotation of the issuer’s keys, and not the withdrawal of its key.',
  'APPROVE-19':
    'While an owner’s issuer is not exactly that of the people, nobody approves what the agent asks for; who decides may deny it.',
  'APPROVE-18':
    'Somebody whose every passkey is newer than a request sees beforehand that they cannot decide it, by the rule of the decision.',
} as const;
