// What the people's API must do and refuse.

export const requirements = {
  'PAPI-9':
    'A grant tells its story from its row: request, ruling, decisions, leases, end; break-glass as such.',
} as const;
