// Microsoft Entra managed identities and apps, v1 and v2 tokens. The issuer names one tenant; tokens of people for the
// same audience are refused; the subject is the object id.

import type { Issuer } from '../../model.ts';
import { must } from '../flaw.ts';
import type { JsonObject } from '../json.ts';
import { error, findingsOf } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WHOLE_GUID = new RegExp(`^${GUID}$`);
/** Version by the form of the issuer; v1 ends with a slash, v2 does not. */
const ISSUERS = [
  { version: '1.0', form: new RegExp(`^https://sts\\.(?:windows\\.net|chinacloudapi\\.cn)/(${GUID})/$`) },
  {
    version: '2.0',
    form: new RegExp(
      `^https://login\\.(?:microsoftonline\\.(?:com|us)|partner\\.microsoftonline\\.cn)/(${GUID})/v2\\.0$`,
    ),
  },
] as const;

export const entra: Kind = {
  ...plainKind,
  headers: [...plainKind.headers, 'x5t'],
  algorithms: ['RS256'],
  // managed identities get 24 hours, dated five minutes back
  maxLifetimeSeconds: 90_000,
  checkClaims,
  checkIssuer: (issuer) =>
    findingsOf([
      [
        tenantOf(issuer) !== undefined,
        error(
          'This is not the issuer of one Entra tenant.',
          'Write https://sts.windows.net/<tenant id>/ (v1) or https://login.microsoftonline.com/<tenant id>/v2.0.',
        ),
      ],
    ]),
  checkBinding: ({ subject }) =>
    findingsOf([
      [
        WHOLE_GUID.test(subject),
        error('The subject is not an object id.', 'Write the object (principal) id of the managed identity.'),
      ],
    ]),
};

function checkClaims(claims: JsonObject, issuer: Issuer): JsonObject {
  const expected = tenantOf(issuer);
  must(expected !== undefined && claims['tid'] === expected.tenant, 'entra tenant');
  must(claims['ver'] === expected.version, 'entra version');
  must(claims['idtyp'] === 'app' && claims['scp'] === undefined, 'entra app token');
  must(typeof claims['oid'] === 'string' && claims['oid'] === claims['sub'], 'entra object id');
  return claims;
}

function tenantOf({ issuer }: Issuer): { readonly tenant: string; readonly version: string } | undefined {
  for (const { version, form } of ISSUERS) {
    const tenant = form.exec(issuer)?.[1];
    if (tenant !== undefined) return { tenant, version };
  }
  return undefined;
}
