// What the console must do; held by a browser where the name says so, by its modules otherwise.

export const requirements = {
  'CONSOLE-1': 'A decision is signed by a passkey over what the page shows, and its outcome is told.',
  'CONSOLE-2': 'A quorum is made by different people, and the page says who else is needed.',
  'CONSOLE-3': 'People who may not decide see why, and no button.',
  'CONSOLE-4': 'A request whose time is over is not decided.',
  'CONSOLE-5': 'The same signature counts once.',
  'CONSOLE-6': 'Facts that are not those that would be signed are not shown and cannot be decided.',
  'CONSOLE-7': 'A challenge over anything else than what the page shows is not signed.',
  'CONSOLE-8':
    'A passkey that is cancelled, cannot verify the person or is not supported leads to a sentence.',
  'CONSOLE-9': 'A sign-in that ends in the middle of a decision leads back to the page as it was.',
  'CONSOLE-10': 'Breaking the glass needs a reason.',
  'CONSOLE-11':
    'A first passkey counts once somebody else has confirmed its code; a further one is vouched for.',
  'CONSOLE-12': 'A code that does not belong to the passkey is found out before anything is confirmed.',
  'CONSOLE-13':
    'Every page passes axe without serious violations, in light and dark, on a screen and on a phone.',
  'CONSOLE-14': 'No page has console errors, layout shift, nameless controls or requests to others.',
  'CONSOLE-15': 'Pages fit 360 pixels, and can be used with the keyboard alone.',
  'CONSOLE-16': 'Empty, loading and failing are shown, with the refusal’s sentence and the request id.',
  'CONSOLE-17': 'A sign-in that this tab did not begin, or with another state, lets nobody in.',
  'CONSOLE-18': 'The purpose is marked as the agent’s own words, and never becomes markup.',
  'CONSOLE-19': 'The grants table filters, pages and chooses columns; a grant tells its story.',
  'CONSOLE-20':
    'The console works with the product itself: enrolment, confirmation, quorum, denial, the owner, and time.',
  'CONSOLE-21': 'Viewers begin with the overview, approvers with their queue; pages are shown by role.',
  'CONSOLE-22':
    'Charts have names and their numbers as tables; every number leads to its list, and what was not counted is said.',
  'CONSOLE-23': 'Lists are filtered by the address and paged; a new filter begins at the first page.',
  'CONSOLE-24': 'The audit trail is searched by the address, and each record is shown whole.',
  'CONSOLE-25': 'A question is asked with its values in the address, and its answer can be taken as CSV.',
  'CONSOLE-26': 'A review shows use, proposals and their diff, and is confirmed with a passkey until a day.',
  'CONSOLE-27': 'An act needs a reason, says what follows from it, and its outcome is told.',
  'CONSOLE-28': 'What a signed act signs is what its dialog shows: act, target, details, reason.',
  'CONSOLE-29': 'An act that is pressed twice is ordered once.',
  'CONSOLE-30': 'The switch stops a grant, an agent, a task, an issuer or everything, and lifts it, by role.',
  'CONSOLE-31': 'An act whose challenge is over anything else than what is shown is not signed.',
  'CONSOLE-32': 'An act whose answer is lost, or that goes on, is never told as done or as not done.',
  'CONSOLE-33': 'The form of a registration refuses what the registry would refuse, field by field.',
  'CONSOLE-34':
    'A retired agent shows its proof as it is made, check by check, and the signed document to take.',
  'CONSOLE-36':
    'Names of the catalog are suggested where they are typed; without them they are typed as text.',
  'CONSOLE-37': 'An agent registered at run time is changed on its page: purpose, groups, identities.',
  'CONSOLE-35':
    'The pages for agents work with the product itself: a life with its proof, a review, the switch, questions, the trail.',
  'CONSOLE-38':
    'Identical requests, what stands out and what one lease could do twice are told; each request is signed alone.',
  'CONSOLE-39': 'A grant that somebody approved alone shows as such in every list of grants.',
  'CONSOLE-40':
    'Good news goes when the reader goes on to another page; what failed stays until it is dismissed.',
  'CONSOLE-42':
    'During a deployment the console bears an API of before: what is not told is shown as not known.',
  'CONSOLE-43': 'On a narrow screen many filters are behind a button that says how many are set.',
  'CONSOLE-46':
    'Instants are shown in the reader’s zone, with UTC on hover; what is signed can be read as it is signed.',
  'CONSOLE-44': 'Light and dark follow the system until the reader chooses, and the choice is remembered.',
  'CONSOLE-45': 'What the console loads beside Cloudscape is at most 400 kB, compressed.',
  'CONSOLE-47':
    'A challenge that ends more than three minutes after the clock of the device is not signed, and the reader is told why.',
  'CONSOLE-41': 'An approver without a passkey is told to enrol one before anything waits.',
} as const;
