// Azure managed identity: App Service and Container Apps announce an endpoint of their own, virtual machines have
// IMDS. The audience is the application id URI that the token is asked for; tokens are cached and repeat.

import { askPlatform, memberOf } from './platform-request.ts';
import type { SourceKind, Surroundings } from './source.ts';

const SOURCE = 'Azure managed identity';
/** Asset tag of every Azure virtual machine. */
const AZURE_CHASSIS = '7783-7084-3265-9085-8269-3286-77';

/** IDENTITY_ENDPOINT, or IMDS on a virtual machine; AZURE_CLIENT_ID picks a user-assigned identity. */
export const azureKind: SourceKind = {
  id: 'azure',
  applies: ({ env, firstLine }) =>
    Boolean(env['IDENTITY_ENDPOINT'] && env['IDENTITY_HEADER']) ||
    firstLine('/sys/class/dmi/id/chassis_asset_tag') === AZURE_CHASSIS,
  open: (around) => ({
    name: SOURCE,
    repeats: true,
    choosesAudience: true,
    fetch: async (audience) => {
      const { url, headers } = endpoint(around);
      url.searchParams.set('resource', audience);
      const client = around.env['AZURE_CLIENT_ID'];
      if (client) url.searchParams.set('client_id', client);
      return memberOf(await askPlatform(around, { source: SOURCE, url, headers }), 'access_token', SOURCE);
    },
  }),
};

function endpoint({ env }: Surroundings): { url: URL; headers: Record<string, string> } {
  const [address, secret] = [env['IDENTITY_ENDPOINT'], env['IDENTITY_HEADER']];
  if (address && secret) {
    const url = new URL(address);
    url.searchParams.set('api-version', '2019-08-01');
    return { url, headers: { 'x-identity-header': secret } };
  }
  const url = new URL('http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01');
  return { url, headers: { metadata: 'true' } };
}
