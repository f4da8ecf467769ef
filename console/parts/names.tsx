// How people, states and environments are written, everywhere alike.

import Badge from '@cloudscape-design/components/badge';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { AgentStatus, GrantStatus, Person } from '../../src/core/model.ts';
import type { GrantRow } from '../api/answers.ts';
import { hashOf } from '../app/route.ts';

/** The name, and always the subject: names can be chosen, subjects cannot. */
export function PersonName({ person }: { person: Person }) {
  const { name, subject, issuer } = person;
  return (
    <span title={`${subject} at ${issuer}`}>
      {name !== undefined && name !== subject && `${name} · `}
      <span className="exact">{subject}</span>
    </span>
  );
}

/** Production stands out. */
export function Environment({ name }: { name: string }) {
  return <Badge color={/^prod/i.test(name) ? 'red' : 'blue'}>{name}</Badge>;
}

const LOOKS: Readonly<Record<GrantStatus, StatusIndicatorProps.Type>> = {
  reserved: 'in-progress',
  pending: 'pending',
  approved: 'success',
  active: 'success',
  completed: 'stopped',
  expired: 'stopped',
  killed: 'error',
  denied: 'error',
  lapsed: 'warning',
  failed: 'error',
};

const WORDS: Partial<Record<GrantStatus, string>> = { pending: 'waits for people' };

/** A grant's status in words and with a sign. */
export function Status({ status }: { status: GrantStatus }) {
  return <StatusIndicator type={LOOKS[status] ?? 'info'}>{WORDS[status] ?? status}</StatusIndicator>;
}

const AGENT_LOOKS: Readonly<Record<AgentStatus, StatusIndicatorProps.Type>> = {
  proposed: 'pending',
  active: 'success',
  suspended: 'warning',
  retired: 'stopped',
};

/** An agent's status in words and with a sign. */
export function AgentState({ status }: { status: AgentStatus }) {
  return <StatusIndicator type={AGENT_LOOKS[status] ?? 'info'}>{status}</StatusIndicator>;
}

/** A link to an agent's own page. */
export function AgentLink({ id }: { id: string }) {
  return (
    <Link href={hashOf(`/agents/${encodeURIComponent(id)}`)}>
      <span className="exact">{id}</span>
    </Link>
  );
}

/** A link to a grant's own page. */
export function GrantLink({ id }: { id: string }) {
  return (
    <Link href={hashOf(`/grants/${encodeURIComponent(id)}`)}>
      <span className="grant-id">{id}</span>
    </Link>
  );
}

/** A grant in a list: somebody who approved it alone shows in every one. */
export function GrantInList({ grantId, breakGlassUsed }: Pick<GrantRow, 'grantId' | 'breakGlassUsed'>) {
  return (
    <SpaceBetween size="xxs">
      <GrantLink id={grantId} />
      {breakGlassUsed === true && <StatusIndicator type="warning">glass broken</StatusIndicator>}
    </SpaceBetween>
  );
}

/** What the agent says about itself: never to be taken for words of Remit. */
export function AgentsWords({ agent, text }: { agent: string; text: string }) {
  return (
    <figure style={{ margin: 0 }}>
      <figcaption>
        <small>{agent} says, in its own words; nobody has checked them:</small>
      </figcaption>
      <blockquote className="agents-words">{text === '' ? '(nothing)' : text}</blockquote>
    </figure>
  );
}

/** The short code that the agent's operator sees too. */
export function BindingCode({ code }: { code: string }) {
  return <span className="binding-code">{code}</span>;
}
