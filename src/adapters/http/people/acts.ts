// The routes of administrative acts: at once where no signature is needed, in two calls where one is. Who may do what
// is the core's table.

import { z } from 'zod';
import { actUnsigned, openAct, performAct } from '../../../core/people/act.ts';
import type { AskedAct } from '../../../core/people/act-form.ts';
import type { ActDeps } from '../../../core/people/act-ports.ts';
import { ACT_NAMES } from '../../../core/people/acts.ts';
import { answered } from './fields.ts';
import { anySignedIn, type Call, type PeopleRoute, post } from './route.ts';

/** Longer than any target that there is; the core says what each act's must look like. */
const MAX_TARGET_CHARACTERS = 512;

const asked = z.strictObject({
  act: z.enum(ACT_NAMES),
  target: z.string().min(1).max(MAX_TARGET_CHARACTERS),
  reason: z.string().default(''),
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

/** The three routes. */
export function actRoutes(deps: ActDeps): readonly PeopleRoute[] {
  return [
    post({
      path: '/api/acts',
      operation: 'act',
      admit: anySignedIn,
      input: asked,
      run: async (call) => ({ done: true, result: await actUnsigned(deps, noted(call)) }),
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
        const { terms, result } = await performAct(deps, { ...input, person, requestId });
        context.log.note({ act: terms.act, target: terms.target });
        return { done: true, result };
      },
    }),
  ];
}

function noted({ person, input, context }: Call<AskedAct>) {
  context.log.note({ act: input.act, target: input.target });
  return { ...input, person, requestId: context.requestId };
}
