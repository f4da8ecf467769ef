// One administrative act: at once where none of its kind is signed, with a passkey where the core's table says so. What
// is signed is written here, from what the page has shown.

import type { Person } from '../../src/core/model.ts';
import { type ActDetails, actText } from '../../src/core/people/act-text.ts';
import { ACTS, type Act } from '../../src/core/people/acts.ts';
import type { Done } from '../api/admin-answers.ts';
import type { Challenge } from '../api/answers.ts';
import { ANSWER_LOST, type Api, ApiFailure } from '../api/client.ts';
import { signText } from './ceremony.ts';

/** What somebody orders, and why. */
export interface Ordering {
  readonly act: Act;
  readonly target: string;
  readonly reason: string;
  readonly details?: ActDetails | undefined;
}

/** Signs where needed, and sends. @throws ApiFailure, PasskeyFailure */
export async function order(
  api: Api,
  actor: Person,
  { act, target, reason, details }: Ordering,
): Promise<Done> {
  const asked = { act, target, reason, ...(details !== undefined && { details }) };
  if (!ACTS[act].needsPasskey) return api.act<Done>('/api/acts', asked);
  const challenge = await api.post<Challenge>('/api/acts/challenge', asked);
  const { nonce } = challenge;
  const text = actText({ ...asked, actor, nonce, expiresAt: new Date(challenge.expiresAt) });
  const assertion = await signText(text, challenge);
  return sendSigned(api, { nonce, assertion });
}

/** The very same call again hears what came of the first, so a lost answer is asked for once more. */
async function sendSigned(api: Api, signed: object): Promise<Done> {
  try {
    return await api.act<Done>('/api/acts/signed', signed);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.code !== ANSWER_LOST) throw error;
    return api.act<Done>('/api/acts/signed', signed);
  }
}
