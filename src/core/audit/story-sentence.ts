// What an event says, as one sentence. A type that is not known here is told by its name: nothing is left out.

import type { CloudEvent } from './record.ts';

type Fact = (name: string) => string;
type Tell = (fact: Fact) => string;

const SENTENCES: Readonly<Record<string, Tell>> = {
  'agent.registered': () => 'Proposed: registered by people, not active yet.',
  'agent.activated': () => 'Activated: it may act.',
  'agent.withdrawn': () => 'Registration withdrawn: an identity belongs to another agent.',
  'agent.catalogued': (fact) =>
    `Taken over from the catalog; ${fact('status')}, review by ${fact('reviewBy')}${
      fact('before') === 'none' ? '' : `, moved from ${fact('before')} by the deployment alone`
    }.`,
  'agent.reclaimed': (fact) =>
    `Lost ${fact('subject')} to ${fact('heir')} of the catalog, before it was ever let act.`,
  'agent.uncatalogued': () => 'Left the catalog: it has no identity any more.',
  'agent.updated': (fact) => `Changed: groups ${fact('groups')}, identities: ${fact('bindings')}.`,
  'agent.transferred': (fact) => `Given from ${fact('fromSubject')} to ${fact('toSubject')}.`,
  'agent.reviewed': (fact) =>
    `Reviewed: next review by ${fact('reviewBy')}, until then by ${fact('before')}${
      fact('signed') === 'false' ? '; not signed, by an order with AWS credentials' : ''
    }.`,
  'agent.suspended': (fact) => `Suspended: it was ${fact('from')}.`,
  'agent.resumed': (fact) => `Resumed: it was ${fact('from')}.`,
  'agent.retired': (fact) => `Retired for good: it was ${fact('from')}.`,
  'agent.proven': () => 'Proven: nothing of its access is left.',
  'kill.ordered': (fact) => `Kill ordered of ${scopeOf(fact)}.`,
  'kill.settled': (fact) =>
    `Kill of ${scopeOf(fact)} settled: ${fact('endedAtLeast') === 'true' ? 'at least ' : ''}${fact('ended')} grants ended.`,
  'grant.reserved': (fact) => `Was let do ${fact('task')}.`,
  'grant.pending': (fact) => `Asked for ${fact('task')}; people decide.`,
  'grant.ended': (fact) => `Its grant of ${fact('task')} ended: ${fact('status')}.`,
  'approval.recorded': (fact) =>
    `Its request for ${fact('task')}: ${fact('decision')}; now ${fact('outcome')}.`,
  'lease.begun': (fact) =>
    `Lease ${fact('leaseCount')} for ${fact('task')} begun, until ${fact('leaseExpiresAt')}.`,
  'lease.issued': (fact) => `Lease ${fact('leaseCount')} for ${fact('task')} handed over.`,
};

/** A sentence of the event's own facts. */
export function sentenceOf({ type, data }: CloudEvent): string {
  const name = type.replace(/^remit\./, '');
  const fact: Fact = (each) => (data[each] === undefined || data[each] === '' ? 'none' : String(data[each]));
  const tell = Object.hasOwn(SENTENCES, name) ? SENTENCES[name] : undefined;
  if (tell !== undefined) return tell(fact);
  return name.endsWith('.refused') ? refusal(name, data, fact) : `${name}.`;
}

function refusal(name: string, data: CloudEvent['data'], fact: Fact): string {
  const what = data['order'] === undefined ? name.replace(/\.refused$/, '') : fact('order');
  const on = data['task'] === undefined ? '' : ` of ${fact('task')}`;
  const times =
    typeof data['count'] === 'number' && data['count'] > 1 ? `, ${data['count']} times in a minute` : '';
  return `Refused ${what}${on}: ${fact('code')}${times}.`;
}

function scopeOf(fact: Fact): string {
  const kind = fact('scope');
  if (kind === 'everything') return 'everything';
  return `${kind} ${fact(kind === 'grant' ? 'grantId' : kind)}`;
}
