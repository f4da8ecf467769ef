// What clients that know nothing of Remit may rely on.

export const requirements = {
  'CONFORM-1': 'An independent OAuth client reads the metadata.',
  'CONFORM-2': 'An independent OAuth client exchanges an assertion and revokes the grant.',
  'CONFORM-3': 'An independent OAuth client reads a refusal as an OAuth error.',
} as const;
