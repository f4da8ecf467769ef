// Somebody who is signed in, and may do nothing, is refused with a target that they made up: it stands in the trail that
// operators read. What turns a line, hides in it or is obeyed by a terminal does not get there.

import { expect, test } from 'vitest';
import { refusalEvent } from '../../src/core/audit/refusal-event.ts';

const SIGNED_IN = { issuer: 'https://login.acme.dev', subject: 'eve', signedIn: true, act: 'agent.kill' };

function factsOf(target: string, detail?: string) {
  const refused = { operation: 'act', code: 'role_missing', requestId: 'r', at: new Date(0) } as const;
  return refusalEvent({ ...refused, detail, facts: { ...SIGNED_IN, target } })?.event.facts;
}

const DECEPTIVE = [
  'billing\u202etnega',
  'billing\u200b',
  'a\u001b]52;c;cm0gLXJmIH4=\u0007',
  'a\u{e0061}',
  '\u3164',
  '\ud800',
];

test.each(DECEPTIVE)('[AUDIT-53] %j is told neither as the target nor as a detail', (text) => {
  expect(factsOf(text, text)).toEqual({
    code: 'role_missing',
    order: 'agent.kill',
    actorIssuer: SIGNED_IN.issuer,
    actorSubject: SIGNED_IN.subject,
  });
});

test('[AUDIT-53] a target that can be read is told, cut to its beginning', () => {
  expect(factsOf('billing-agent', 'operator')).toMatchObject({ target: 'billing-agent', detail: 'operator' });
  expect(factsOf('x'.repeat(512))).toMatchObject({ target: 'x'.repeat(200) });
});
