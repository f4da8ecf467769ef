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
  'CONSOLE-13': 'Every page passes axe without serious violations, in light and dark.',
  'CONSOLE-14': 'No page has console errors, layout shift, nameless controls or requests to others.',
  'CONSOLE-15': 'Pages fit 360 pixels, and can be used with the keyboard alone.',
  'CONSOLE-16': 'Empty, loading and failing are shown, with the refusal’s sentence and the request id.',
  'CONSOLE-17': 'A sign-in that this tab did not begin, or with another state, lets nobody in.',
  'CONSOLE-18': 'The purpose is marked as the agent’s own words, and never becomes markup.',
  'CONSOLE-19': 'The grants table filters, pages and chooses columns; a grant tells its story.',
  'CONSOLE-20':
    'The console works with the product itself: enrolment, confirmation, quorum, denial, the owner, and time.',
} as const;
