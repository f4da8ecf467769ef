// What a request may cost in AWS calls.

export const requirements = {
  'COST-4':
    'The scope-down is signed by the session just assumed: leases are scoped wherever the API is there.',
  'COST-1': 'A new task takes at most five DynamoDB requests, one AssumeRole, one GetScopedCredentials.',
  'COST-2': 'A renewal takes no more.',
  'COST-3': 'A refused renewal reads, and mints nothing.',
  'COST-5': 'What the bench measures answers.',
} as const;
