// A refund that two people have to approve: the example catalog with a stricter rule, and the agent that asks and polls.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHIPPED } from './catalog-directory.ts';
import type { Local } from './local.ts';

type Json = Record<string, unknown>;

/** The shipped catalog, in which refunds need two people; an emergency has a group. */
export function catalogOfTwo(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'remit-two-'));
  cpSync(SHIPPED, directory, { recursive: true });
  const task = join(directory, 'tasks/refund-customer.yaml');
  const rule = 'quorum: 2, expiresAfter: 10m';
  const text = readFileSync(task, 'utf8');
  const strict = text.replace('quorum: 1, expiresAfter: 30m', rule);
  if (strict === text) throw new Error('the shipped task has another rule');
  writeFileSync(task, strict);
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

/** A request as the agent keeps it. */
export interface AskedRefund {
  readonly grantId: string;
  readonly handle: string;
  readonly told: Json;
}

/** The agent at the token endpoint. */
export function refundAgent(local: Local) {
  async function token(form: Readonly<Record<string, string>>): Promise<Json> {
    const subject_token = await local.assertion('billing-agent');
    const subject_token_type = 'urn:ietf:params:oauth:token-type:jwt';
    const body = new URLSearchParams({ ...form, subject_token, subject_token_type });
    const response = await fetch(`${local.brokerUrl}/oauth2/token`, { method: 'POST', body });
    return { status: response.status, ...((await response.json()) as Json) };
  }
  return {
    /** Asks for a refund that needs people. */
    async ask(amount = 80): Promise<AskedRefund> {
      const parameters = {
        customer: 'cus_12345678',
        refund: '7d3f0a52-0f5e-4f7e-9c1b-6a1f2d3c4b5a',
        amount,
      };
      const details = {
        type: 'remit_task',
        task: 'refund-customer',
        parameters,
        purpose: 'the parcel was lost',
      };
      const told = await token({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:remit:token-type:aws-credentials',
        authorization_details: JSON.stringify([details]),
      });
      if (told['error'] !== 'authorization_pending') throw new Error(JSON.stringify(told));
      return { grantId: String(told['grant_id']), handle: String(told['auth_req_id']), told };
    },
    /** Polls, as long after the last time as it was told to. */
    poll(handle: string): Promise<Json> {
      local.clock.forward(6);
      return token({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: handle });
    },
  };
}
