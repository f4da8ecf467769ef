// What the catalog, its check and its policies must do.

export const requirements = {
  'CATALOG-1': 'The shipped catalog compiles as it is.',
  'CATALOG-2': 'A catalog has a digest over all that it says.',
  'CATALOG-3': 'Each mistake is an error with its place and a fix, and there is no catalog then.',
  'CATALOG-4': 'An error tells file and line.',
  'CATALOG-5': 'All mistakes are told at once.',
  'CATALOG-6': 'One identity belongs to one agent, whatever its claims.',
  'CATALOG-7': 'A task that nobody may do is told.',
  'CATALOG-8': 'The demo issuer exists in memory only.',
  'CATALOG-9': 'JSON Schemas for editors are those of the check.',
  'PARAM-1': 'Values of the right type and pattern pass unchanged.',
  'PARAM-2': 'Values that are wrong, or could mean more than themselves, are refused.',
  'PARAM-3': 'A request has all parameters of its task and no others.',
  'PARAM-4': 'No value that passes can widen a policy, whatever its pattern.',
  'PARAM-5': 'Patterns that hostile values make slow are refused.',
  'POLICY-1': 'Cedar rules in two steps: alone, then with people.',
  'POLICY-2': 'A ruling names the policies that decided.',
  'POLICY-3': 'Approval opens what its policy says, and no more.',
  'POLICY-4': 'No policy opens another environment.',
  'POLICY-6': 'A remembered ruling depends on everything that a policy can see.',
  'POLICY-5': 'An evaluation with any error is a refusal.',
} as const;
