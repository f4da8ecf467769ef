// The routes of administrative acts: at once where no signature is needed, in two calls where one is. Who may do what
// is the core's table.

import * as z from 'zod';
import { requireReader } from '../../../core/people/access.ts';
import { actUnsigned, openAct } from '../../../core/people/act.ts';
import type { AskedAct } from '../../../core/people/act-form.ts';
import type { ActDeps } from '../../../core/people/act-ports.ts';
import { ACT_NAMES } from '../../../core/people/acts.ts';
import { killProgress } from '../../../core/people/do-act.ts';
import { performAct } from '../../../core/people/perform-act.ts';
import { Refusal } from '../../../core/refusal.ts';
import { answered } from './fields.ts';
import { anySignedIn, type Call, get, type PeopleRoute, post } from './route.ts';

/** Longer than any target that there is; the core says what each act's must look like. */
const MAX_TARGET_CHARACTERS = 512;
/** Time, target and request. */
const KILL_ID = /^[\x21-\x7e]{1,1000}$/;

const asked = z.strictObject({
  act: z.enum(ACT_NAMES),
  target: z.string().min(1).max(MAX_TARGET_CHARACTERS),
  reason: z.string().default(''),
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

/** The routes. */
export function actRoutes(deps: ActDeps): readonly PeopleRoute[] {
  return [
    post({
      path: '/api/acts',
      operation: 'act',
      admit: anySignedIn,
      input: asked,
      run: (call) => actUnsigned(deps, noted(call)),
    }),
    post({
      path: '/api/acts/challenge',
      operation: 'open-act',
      admit: anySignedIn,
      input: asked,
      run: (call) => openAct(deps, noted(call)),
    }),
    post({
      path: '/api/acts/signed',
      operation: 'perform-act',
      admit: anySignedIn,
      input: answered,
      async run({ person, input, context }) {
        const { requestId } = context;
        const { terms, ...told } = await performAct(deps, { ...input, person, requestId });
        context.log.note({ act: terms.act, target: terms.target });
        return told;
      },
    }),
    get({
      path: '/api/acts/progress',
      operation: 'show-progress',
      admit: (person) => requireReader(person, deps),
      input: z.strictObject({ killId: z.string().regex(KILL_ID) }),
      async run({ input }) {
        const record = await deps.kills.find(input.killId);
        if (record === undefined) throw new Refusal('kill_target_unknown', { detail: 'no such kill' });
        return killProgress(record, deps.clock());
      },
    }),
  ];
}

function noted({ person, input, context }: Call<AskedAct>) {
  context.log.note({ act: input.act, target: input.target });
  return { ...input, person, requestId: context.requestId };
}
