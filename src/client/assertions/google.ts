// Google Cloud: the metadata server signs an identity token of the attached service account. It caches them, so
// tokens repeat.

import { askPlatform } from './platform-request.ts';
import type { SourceKind } from './source.ts';

const SOURCE = 'The Google metadata server';

/** Cloud Run, Cloud Functions, GKE and GCE. */
export const googleKind: SourceKind = {
  id: 'google',
  applies: ({ env, firstLine }) =>
    Boolean(env['GCE_METADATA_HOST'] || env['K_SERVICE'] || env['CLOUD_RUN_JOB']) ||
    firstLine('/sys/class/dmi/id/product_name').startsWith('Google'),
  open: (around) => {
    const host = around.env['GCE_METADATA_HOST'] || 'metadata.google.internal';
    return {
      name: SOURCE,
      repeats: true,
      choosesAudience: true,
      fetch: async (audience) => {
        const url = new URL(`http://${host}/computeMetadata/v1/instance/service-accounts/default/identity`);
        url.searchParams.set('audience', audience);
        url.searchParams.set('format', 'full');
        const headers = { 'metadata-flavor': 'Google' };
        return (await askPlatform(around, { source: SOURCE, url, headers })).trim();
      },
    };
  },
};
