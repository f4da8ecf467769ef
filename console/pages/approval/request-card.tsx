// One request in the queue: enough to choose the next one, not enough to decide.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { RequestSummary, Standing } from '../../api/answers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { TimeLeft } from '../../parts/date-text.tsx';
import { BindingCode, Environment } from '../../parts/names.tsx';

interface CardProps {
  readonly request: RequestSummary;
  readonly isInGroup?: boolean;
}

/** The link leads to the page that decides. */
export function RequestCard({ request, isInGroup = false }: CardProps) {
  const { grantId, title, agent, environment, expiresAt, bindingCode, quorum, approved, approvers } = request;
  return (
    <Container variant={isInGroup ? 'stacked' : 'default'}>
      <SpaceBetween size="s">
        <Header
          variant={isInGroup ? 'h3' : 'h2'}
          info={<Environment name={environment} />}
          description={`${agent} asks for ${request.task}`}
        >
          <Link href={hashOf(`/approvals/${encodeURIComponent(grantId)}`)} fontSize="inherit">
            {isInGroup ? `${title}, code ${bindingCode}` : title}
          </Link>
        </Header>
        <Flags request={request} />
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Time left', value: <TimeLeft until={expiresAt} /> },
            { label: 'Code', value: <BindingCode code={bindingCode} /> },
            { label: 'Decides', value: approvers.join(', ') || '–' },
            { label: 'Agreed so far', value: `${approved} of ${quorum}` },
          ]}
        />
        <StandingText mine={request.mine} />
      </SpaceBetween>
    </Container>
  );
}

/** What is unusual, and whether somebody broke the glass. */
export function Flags({ request }: { request: Pick<RequestSummary, 'unusual' | 'breakGlassUsed'> }) {
  const { unusual, breakGlassUsed } = request;
  if (unusual.length === 0 && !breakGlassUsed) return null;
  return (
    <ul className="plain-list">
      {breakGlassUsed && (
        <li>
          <StatusIndicator type="error">The glass was broken: one person approved this alone</StatusIndicator>
        </li>
      )}
      {unusual.map((sentence) => (
        <li key={sentence}>
          <StatusIndicator type="warning">Unusual: {sentence}</StatusIndicator>
        </li>
      ))}
    </ul>
  );
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  'can-decide': 'You may decide this.',
  decided: 'You have decided; others are still asked.',
  owner: 'You own this agent, so somebody else has to decide.',
  'owner-unknown':
    'The agent’s owner is of another identity provider, so nobody can approve. You may deny; an administrator transfers the agent.',
  'not-an-approver': 'You may look, not decide.',
  'break-glass': 'You may decide this alone, with a reason, in an emergency.',
  'passkey-too-new':
    'None of your passkeys was there before this request, so none can decide it. Leave it to somebody else, or have the agent ask again.',
};

const NO_PASSKEY =
  'You are asked, but none of your passkeys counts yet, and one that is made now cannot decide it.';

/** What the reader is to the request. */
export function StandingText({ mine }: { mine: Standing }) {
  const { me } = useSession();
  const lacksKey = me.passkeys === 0 && (mine === 'can-decide' || mine === 'break-glass');
  return (
    <Box variant="small" color="text-body-secondary">
      {lacksKey ? NO_PASSKEY : STANDINGS[mine]}
    </Box>
  );
}
