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
  'PAPI-9':
    'A grant tells its story from its row: request, ruling, decisions, leases, end; break-glass as such.',
} as const;
