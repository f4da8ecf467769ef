// A page of somebody else asks for the signature: another origin or relying party, or the console inside a frame.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { CONSOLE_ORIGIN, type Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
});
afterAll(() => tables.close());

test.each([
  ['another origin', { origin: 'https://remit.acme.dev.evil.example', rpId: 'remit.acme.dev' }],
  ['the origin without TLS', { origin: 'http://remit.acme.dev' }],
  ['the origin with another port', { origin: `${CONSOLE_ORIGIN}:8443` }],
  ['the origin with a slash', { clientData: { origin: `${CONSOLE_ORIGIN}/` } }],
  ['the relying party of the parent domain', { rpId: 'acme.dev' }],
  ['a frame of another site', { clientData: { crossOrigin: true } }],
  ['a frame that tells its top', { clientData: { topOrigin: 'https://evil.example' } }],
])(
  '[APPROVE-14] %s: neither the decision endpoint nor the issuing function takes it',
  async (_, ceremony) => {
    const grant = await scene.ask();
    const refusal = await refusalOf(scene.decide({ grant, as: ben, ceremony }));
    expect(refusal.code).toBe('passkey_rejected');
    expect((await scene.row(grant)).approvals).toEqual([]);
    const row = await forgeApproval(scene, { grant, as: ben, ceremony });
    expect((await refusalOf(scene.verify(row))).code).toBe('approval_invalid');
  },
);
