// What the people's API must do and refuse.

export const requirements = {
  'PAPI-1': 'A person is known by the ID token in one Bearer header, and by nothing else.',
  'PAPI-2': 'Nothing a caller sent is read, and nothing is done, before the person is verified and admitted.',
  'PAPI-3':
    'A body is a JSON object of the documented shape, read in one way only; anything else is refused.',
  'PAPI-4': 'A query has known parameters, each once and well-formed.',
  'PAPI-5': 'Each address has its methods; others, and other addresses, are refused as such.',
  'PAPI-6':
    'A browser that says another page sends a change is refused, and no answer lets other origins read.',
  'PAPI-7': 'Requests are listed and shown to those who may see them; for everybody else they do not exist.',
  'PAPI-8':
    'A decision is made in two calls by a qualified person with a passkey; whoever comes late is told.',
  'PAPI-9':
    'A grant tells its story from its row: request, ruling, decisions, leases, end; break-glass as such.',
  'PAPI-10':
    'The console learns its configuration without sign-in, and a person who they are and what they may.',
  'PAPI-11': 'Grants and findings are read by people with a role, filtered, paged and in bounded work.',
  'PAPI-12': 'Passkeys are enrolled, confirmed by another person, and removed; half a step changes nothing.',
  'PAPI-13': 'The very first passkey is confirmed by direct invocation, which no HTTP request can look like.',
  'PAPI-14': 'No token but the ID token of a person is taken at any route of the people’s API.',
  'PAPI-16': 'Each administrative act is done by the roles of the table, with a reason, and by nobody else.',
  'PAPI-17':
    'A dangerous act is done only as it was signed: by its person, once, for that act, target, details and reason.',
  'PAPI-19':
    'A signed act is done once; the same call again hears how it ended, how far it is, or that it broke off.',
  'PAPI-20': 'The overview counts from indexes and the trail in bounded work, and says what it left out.',
  'PAPI-24':
    'Each order of an operator that changes something is refused without a reason, and changes nothing.',
  'PAPI-23':
    'Somebody signed in without any role is answered at known addresses only, and shown nothing of others.',
  'PAPI-18': 'Agents, reviews and the overview are read by people with a role; an owner sees the own ones.',
  'PAPI-22': 'The overview tells the leases that work now by task.',
  'PAPI-21':
    'Viewers are told the names that people may give: tasks, environments, issuers, assignable groups.',
  'PAPI-15': 'A log line says person, operation and grant, and holds no secret.',
} as const;
