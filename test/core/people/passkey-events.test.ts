// What the audit trail is told of passkeys, in the same write as the person's row.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personKey } from '../../../src/adapters/aws/person-item.ts';
import type { PersonKey } from '../../../src/core/people/person.ts';
import { REQUEST } from '../../support/passkey-events.ts';
import { startPasskeys } from '../../support/passkeys.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function rowOf(person: PersonKey) {
  const command = new GetCommand({ TableName: TABLES.people, Key: { pk: personKey(person) } });
  return (await tables.client.send(command)).Item ?? {};
}

test('[AUDIT-21] enrolment, confirmation and removal are told with the row, each once, with who did it', async () => {
  const scene = startPasskeys(tables);
  const admin = await scene.persona('told-admin', ['remit-administrators']);
  const newcomer = await scene.persona('told-newcomer', [], false);
  const { passkey } = await scene.enrol({ as: newcomer, label: 'a private label' });
  const { credentialId } = passkey;
  const actor = (person: PersonKey) => ({ actorIssuer: person.issuer, actorSubject: person.subject });
  const of = { personIssuer: newcomer.person.issuer, personSubject: newcomer.person.subject, credentialId };
  expect(await rowOf(newcomer.person)).toMatchObject({
    eventNumber: 1,
    event: {
      type: 'passkey.enrolled',
      requestId: REQUEST,
      facts: { ...of, status: 'waiting', ...actor(newcomer.person) },
    },
  });
  await scene.confirm(admin, newcomer, credentialId);
  expect(await rowOf(newcomer.person)).toMatchObject({
    eventNumber: 2,
    event: {
      type: 'passkey.confirmed',
      facts: { ...of, status: 'active', ...actor(admin.person), reason: 'read out in person' },
    },
  });
  await scene.remove(admin, credentialId, newcomer);
  const row = await rowOf(newcomer.person);
  expect(row).toMatchObject({
    eventNumber: 3,
    event: {
      type: 'passkey.removed',
      facts: { ...of, status: 'removed', ...actor(admin.person), reason: 'lost' },
    },
  });
  for (const secret of ['a private label', passkey.publicKey])
    expect(JSON.stringify(row['event'])).not.toContain(secret);
});
