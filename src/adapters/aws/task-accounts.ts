// How the writer of kill lists gets at task roles: in the broker's own account by its own rights, elsewhere by the role
// that the stack of that account has for it. A session is kept until shortly before it ends, and dropped when a call in
// it fails: the role may have been taken away or made anew.

import type { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { killListsRoleName, TASK_ROLE_PATH } from '../../core/iam/role.ts';
import type { RolePolicies, TaskAccounts } from '../../core/kill/ports.ts';
import type { LeaseCredentials } from '../../core/model.ts';
import type { Clock } from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded, nameOf } from './faults.ts';
import { createRolePolicies } from './role-policies.ts';

/** The shortest session that AssumeRole makes. */
const SESSION_SECONDS = 900;
/** A session with less left is not used: a run of the writer takes half a minute at most. */
const SPARE_SECONDS = 60;

interface Options {
  /** Where the broker is; the prefix is the same in every account. */
  readonly place: { readonly partition: string; readonly account: string; readonly prefix: string };
  /** IAM and STS by the function's own role. */
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** IAM by the credentials of a session. */
  iamOf(credentials: LeaseCredentials): IAMClient;
  readonly clock: Clock;
}

interface Session {
  readonly policies: RolePolicies;
  readonly usableUntil: Date;
}

/** @throws Refusal `store_unavailable` when STS throttles or cannot be reached, `misconfigured` otherwise. */
export function createTaskAccounts(options: Options): TaskAccounts {
  const { place, clock } = options;
  const own = createRolePolicies({ client: options.iam });
  const sessions = new Map<string, Session>();
  const accounts: TaskAccounts = {
    async enter(account) {
      if (account === place.account) return own;
      sessions.delete(account);
      const credentials = await assume(options, account);
      if (credentials === undefined) return undefined;
      const policies = droppedOnFailure(createRolePolicies({ client: options.iamOf(credentials) }), () =>
        sessions.delete(account),
      );
      const usableUntil = new Date(clock().getTime() + (SESSION_SECONDS - SPARE_SECONDS) * 1000);
      sessions.set(account, { policies, usableUntil });
      return policies;
    },
    async policiesIn(account) {
      const session = sessions.get(account);
      return session !== undefined && clock() < session.usableUntil
        ? session.policies
        : accounts.enter(account);
    },
  };
  return accounts;
}

/** @returns undefined where there is no such role, or it does not trust this function: AWS says the same to both. */
async function assume({ place, sts }: Options, account: string): Promise<LeaseCredentials | undefined> {
  const name = killListsRoleName(place.prefix);
  const command = new AssumeRoleCommand({
    RoleArn: `arn:${place.partition}:iam::${account}:role${TASK_ROLE_PATH}${name}`,
    RoleSessionName: name,
    DurationSeconds: SESSION_SECONDS,
  });
  const answer = await guarded('store_unavailable', async () => {
    try {
      return await sts.send(command);
    } catch (cause) {
      if (/^AccessDenied/.test(nameOf(cause))) return undefined;
      throw cause;
    }
  });
  if (answer === undefined) return undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken)
    throw new Refusal('store_unavailable', { detail: 'answer without credentials' });
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function droppedOnFailure(policies: RolePolicies, drop: () => void): RolePolicies {
  const watched = async <Result>(call: Promise<Result>): Promise<Result> => {
    try {
      return await call;
    } catch (error) {
      drop();
      throw error;
    }
  };
  return {
    get: (role) => watched(policies.get(role)),
    put: (role, policy) => watched(policies.put(role, policy)),
    remove: (role) => watched(policies.remove(role)),
  };
}
