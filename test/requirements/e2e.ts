// What clients that know nothing of Remit may rely on.

export const requirements = {
  'E2E-1': 'An independent OAuth client reads the metadata.',
  'E2E-2': 'An independent OAuth client exchanges an assertion and revokes the grant.',
  'E2E-3': 'An independent OAuth client reads a refusal as an OAuth error.',
} as const;
