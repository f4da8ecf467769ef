// GitHub Actions: `permissions: id-token: write` gives a job the address and the token to ask with.

import { askPlatform, memberOf } from './platform-request.ts';
import { requireVariable, type SourceKind } from './source.ts';

const SOURCE = 'GitHub Actions';

/** ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
export const githubKind: SourceKind = {
  id: 'github',
  applies: ({ env }) => Boolean(env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']),
  open: (around) => {
    const address = requireVariable(around, 'ACTIONS_ID_TOKEN_REQUEST_URL', 'github');
    const authorization = `Bearer ${requireVariable(around, 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'github')}`;
    return {
      name: SOURCE,
      repeats: false,
      choosesAudience: true,
      fetch: async (audience) => {
        const url = new URL(address);
        url.searchParams.set('audience', audience);
        const answer = await askPlatform(around, { source: SOURCE, url, headers: { authorization } });
        return memberOf(answer, 'value', SOURCE);
      },
    };
  },
};
