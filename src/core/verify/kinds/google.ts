// Google service accounts. One issuer signs for every account and every person: the subject is the account's numeric
// id (an e-mail address can be recycled), and people's tokens are refused.

import { must } from '../flaw.ts';
import type { JsonObject } from '../json.ts';
import { error, findingsOf } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const UNIQUE_ID = /^[0-9]{10,30}$/;

export const google: Kind = {
  ...plainKind,
  algorithms: ['RS256'],
  maxLifetimeSeconds: 3600,
  checkClaims,
  checkIssuer: ({ issuer }) =>
    findingsOf([
      [
        issuer === 'https://accounts.google.com',
        error('This is not the issuer of Google service accounts.', 'Write https://accounts.google.com.'),
      ],
    ]),
  checkBinding: ({ subject }) =>
    findingsOf([
      [
        UNIQUE_ID.test(subject),
        error(
          'The subject is not the unique id of a service account.',
          'Write the number that gcloud iam service-accounts describe <e-mail> shows as uniqueId.',
        ),
      ],
    ]),
};

function checkClaims(claims: JsonObject): JsonObject {
  must(UNIQUE_ID.test(String(claims['sub'])), 'google subject');
  const email = claims['email'];
  must(typeof email === 'string' && email.endsWith('.gserviceaccount.com'), 'google service account');
  must(claims['email_verified'] === true, 'google email_verified');
  return claims;
}
