// GitLab CI: `id_tokens: REMIT_ID_TOKEN: { aud: <audience> }` puts the token into a variable, the same one for the
// whole job.

import { requireVariable, type SourceKind } from './source.ts';

/** GITLAB_CI and REMIT_ID_TOKEN. */
export const gitlabKind: SourceKind = {
  id: 'gitlab',
  applies: ({ env }) => env['GITLAB_CI'] === 'true' && Boolean(env['REMIT_ID_TOKEN']),
  open: (around) => {
    const token = requireVariable(around, 'REMIT_ID_TOKEN', 'gitlab');
    return {
      name: 'GitLab CI (REMIT_ID_TOKEN)',
      repeats: true,
      choosesAudience: false,
      fetch: () => Promise.resolve(token),
    };
  },
};
