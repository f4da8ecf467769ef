// Checks of the audit trail: that it is whole, that it tells of every grant, and that it holds nothing to steal.

import type { Checkpoint } from '../audit/checkpoint.ts';
import { readBatches, readTrail } from '../audit/read-trail.ts';
import { verifyTrail } from '../audit/verify.ts';
import { list } from '../questions/read-grants.ts';
import { addSeconds } from '../record/lifetime.ts';
import { type Check, fail, notObserved, pass, passUnless } from './check.ts';

const MISSING = 'there is no audit trail to read: give --trail a copy of it';
/** Tokens, handles, lasting access keys, private keys. The id of a lease's access key is a name and opens nothing. */
const SECRET =
  /eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.|"AKIA[A-Z0-9]{16}"|-----BEGIN|[0-9A-Z]{26}\.[A-Za-z0-9_-]{43}"/;
/** What happened a moment ago is still on its way. */
const ON_ITS_WAY_SECONDS = 10;
/** Grants and batches are looked at this far back. */
const LOOKED_BACK_SECONDS = 86_400;

export const trailVerified: Check = {
  id: 'trail-verified',
  shows: 'The audit trail is one unbroken chain, signed, and reaches what was kept apart of it.',
  command: 'remit audit verify',
  unobserved: 'fails',
  async observe({ questions: { trail }, trailProof = {} }) {
    if (trail === undefined) return notObserved(MISSING);
    const report = await verifyTrail(trail, trailProof);
    const [broken] = report.broken;
    if (broken !== undefined) return fail(`${broken.flaw}: ${broken.says} (${broken.key})`);
    if (report.records === 0) return notObserved('the audit trail is empty');
    const signed = `${report.records} records, ${report.checkpoints} checkpoints`;
    if (!report.signaturesChecked)
      return notObserved(`${signed}, chained; no signature was checked: give --trail-key`);
    return report.checkpoints === 0
      ? notObserved(`${signed}: nothing is signed yet`)
      : pass(`${signed}, every signature verified; ${heldAgainst(trailProof.kept)}`);
  },
};

/** A tail that was cut off with its checkpoints is seen by a kept one alone: an assessor has to know. */
function heldAgainst(kept: readonly Checkpoint[] = []): string {
  const newest = kept
    .map(({ statement }) => statement.at)
    .sort()
    .at(-1);
  return newest === undefined
    ? 'none was kept apart (--kept), so a tail that was cut off would not be seen'
    : `held against the one of ${newest} that was kept apart`;
}

export const trailWhole: Check = {
  id: 'trail-whole',
  shows: 'The trail tells of every grant that the table has.',
  command: 'remit ask agent --agent {agent}; remit grants',
  // without a trail the verification fails already; without a grant there is nothing to tell of
  unobserved: 'noted',
  async observe({ questions }) {
    const { trail } = questions;
    if (trail === undefined) return notObserved(MISSING);
    const now = questions.clock();
    const from = addSeconds(now, -LOOKED_BACK_SECONDS);
    const tasks = questions.catalog.tasks.map(({ id }) => id);
    const { items, isCut } = await list(questions, { tasks, from, to: addSeconds(now, -ON_ITS_WAY_SECONDS) });
    if (items.length === 0)
      return notObserved('there is no grant of the last day that is older than some seconds');
    const told = new Set<unknown>();
    for await (const { event } of readTrail(trail, { from })) {
      told.add(event.data['grantId']);
      told.add(event.subject);
    }
    return passUnless(
      items.filter(({ grantId }) => !told.has(grantId)).map(({ grantId }) => `nothing tells of ${grantId}`),
      `${items.length}${isCut ? ' of more' : ''} grants of the last day, each told of`,
    );
  },
};

export const trailHarmless: Check = {
  id: 'trail-harmless',
  shows: 'The trail holds no token, no handle and no key that opens anything.',
  command:
    "remit audit search --json --limit 1000 | grep -cE 'eyJ[A-Za-z0-9_-]{10,}\\.|A(KIA|SIA)[A-Z0-9]{16}|BEGIN'",
  unobserved: 'fails',
  async observe({ questions: { trail, clock } }) {
    if (trail === undefined) return notObserved(MISSING);
    const found: string[] = [];
    let lines = 0;
    for await (const { key, text } of readBatches(trail, {
      from: addSeconds(clock(), -LOOKED_BACK_SECONDS),
    })) {
      for (const line of text.split('\n').filter((each) => each !== '')) {
        lines += 1;
        if (SECRET.test(line)) found.push(`${key} holds something that looks like a secret`);
      }
    }
    return lines === 0
      ? notObserved('the trail has no record of the last day')
      : passUnless(found, `${lines} records, none holds one`);
  },
};
