// The kill list's inline policy on task roles, through IAM. Which roles may be written, and that each has its
// permissions boundary, is for IAM to hold (lib/constructs/kill-list-rights.ts).

import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { KILL_LIST_POLICY } from '../../core/kill/kill-list.ts';
import type { RolePolicies } from '../../core/kill/ports.ts';
import type { RoleArn } from '../../core/model.ts';
import { canonicalText } from '../../core/record/canonical.ts';
import { guarded, nameOf } from './faults.ts';

/** @throws Refusal `store_unavailable` when IAM throttles or cannot be reached, `misconfigured` otherwise. */
export function createRolePolicies({ client }: { readonly client: IAMClient }): RolePolicies {
  const policy = (role: RoleArn) => ({
    RoleName: role.split('/').at(-1) ?? '',
    PolicyName: KILL_LIST_POLICY,
  });
  const send = <Result>(call: () => Promise<Result>) => unlessGone(() => guarded('store_unavailable', call));
  return {
    async get(role) {
      const answer = await send(() => client.send(new GetRolePolicyCommand(policy(role))));
      const text = answer?.PolicyDocument;
      return text === undefined ? undefined : canonicalText(JSON.parse(decodeURIComponent(text)));
    },
    async put(role, document) {
      const command = new PutRolePolicyCommand({ ...policy(role), PolicyDocument: document });
      return (await send(() => client.send(command))) !== undefined;
    },
    async remove(role) {
      await send(() => client.send(new DeleteRolePolicyCommand(policy(role))));
    },
  };
}

/** @returns undefined when the role or the policy is not there. */
async function unlessGone<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown };
    if (/^NoSuchEntity/.test(nameOf(cause))) return undefined;
    throw error;
  }
}
