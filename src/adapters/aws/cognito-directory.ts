// Who there is in a Cognito user pool. People of another issuer, and whatever the pool does not answer, are unknown.

import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { PeopleDirectory } from '../../core/review/owners.ts';
import { clientConfig, type World } from './world.ts';

/** Subjects of Cognito are UUIDs; nothing else goes into a filter. */
const SUBJECT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POOL = /^([a-z]{2}(?:-[a-z]+)+-[0-9])_[A-Za-z0-9]{1,55}$/;

/** @throws Error when it is no id of a pool */
export function createCognitoDirectory(pool: string, world: World): PeopleDirectory {
  const region = POOL.exec(pool)?.[1];
  if (region === undefined) throw new Error('not the id of a user pool');
  const client = new CognitoIdentityProviderClient({ ...clientConfig(world), region });
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${pool}`;
  return {
    issuer,
    async find(person) {
      if (person.issuer !== issuer) return 'unknown';
      if (!SUBJECT.test(person.subject)) return 'missing';
      try {
        const command = new ListUsersCommand({
          UserPoolId: pool,
          Filter: `sub = "${person.subject}"`,
          Limit: 1,
        });
        const { Users = [] } = await client.send(command);
        const [user] = Users;
        if (user === undefined) return 'missing';
        return user.Enabled === false ? 'disabled' : 'present';
      } catch {
        return 'unknown';
      }
    },
  };
}
