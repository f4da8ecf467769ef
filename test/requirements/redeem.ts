// What an agent gets of a request that people decide: waiting, redeeming, and what gives nothing.

export const requirements = {
  'AWAIT-1': 'A request that needs people starts its workflow and says for whom it waits.',
  'AWAIT-2': 'A workflow that cannot be started leaves the request waiting, for the sweeper to start.',
  'AWAIT-3': 'A poll too early is told to slow down, and all later ones wait longer.',
  'AWAIT-9':
    'How long the oldest request has waited is told every minute, reminded of or not, in a bounded number of calls.',
  'AWAIT-10': 'One agent fills no queue of approvers: a share of it is the most that waits of one.',
  'AWAIT-11':
    'People hear of so many requests of one agent within an hour and no more, also of those it takes back.',
  'AWAIT-4': 'A full queue of approvers takes no further request, and only such requests count.',
  'AWAIT-5':
    'A request whose digest no longer holds lapses with that reason; a deployment under way ends none.',
  'AWAIT-6': 'A denied or lapsed request is told as such.',
  'AWAIT-7': 'A poll is answered for the very request and workload that it names, and all others alike.',
  'REDEEM-1': 'An approved request gets its first lease by poll, and its time begins then.',
  'REDEEM-2': 'An approval is redeemed once; later leases are renewals.',
  'REDEEM-3': 'An approval of one lease gives one.',
  'REDEEM-4': 'Of polls at once after an approval one gets the lease, and none loses it to another.',
  'REDEEM-5':
    'Evidence is verified before each lease under it; what does not verify gives nothing and is a finding.',
  'REDEEM-6': 'An agent that is suspended after the approval gets nothing.',
  'REDEEM-7': 'A crash at any step of a redemption leaves an approval that can be redeemed, or one that was.',
  'REDEEM-8': 'A redemption, and each renewal under approvals, takes one read more than a renewal.',
  'REDEEM-9': 'A policy that was taken back gives nothing, whoever approved.',
  'REDEEM-10': 'An approval is redeemed whether its workflow was woken or not, and the sweeper wakes it.',
  'REDEEM-11':
    'In local mode, under the roles of the functions, an approval by passkey becomes a lease that works.',
} as const;
