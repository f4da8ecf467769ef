// The whole story of an agent from the audit trail: who did what to it and why, and what it did itself. Where the trail
// cannot be read or does not tell the latest change yet, what the row remembers is told.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { StoryActor, StoryEntry } from '../../../src/core/audit/agent-story.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { hashOf } from '../../app/route.ts';
import { DateText } from '../../parts/date-text.tsx';
import { Failure } from '../../parts/failure.tsx';
import { AgentLink, GrantLink, PersonName } from '../../parts/names.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { Deeds } from './deeds.tsx';
import { useAgentStory } from './use-agent-story.ts';

/** For viewers: others may not read the trail. */
export function WholeStory({ story }: { story: AgentStory }) {
  const { agent } = story;
  const [isAdministrative, setAdministrative] = useState(true);
  const pages = useAgentStory(agent.id, isAdministrative, agent.lastChange?.at);
  const { entries, hasMore, isLoading, failure } = pages;
  const isEmpty = entries.length === 0 && !isLoading && failure === undefined;
  const isRead = entries.length > 0 || !isLoading;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="From the audit trail, which may be seconds behind."
          actions={<Link href={hashOf('/audit', { agent: agent.id })}>Its audit trail</Link>}
        >
          Who did what, and why
        </Header>
      }
      footer={
        hasMore && (
          <Button loading={isLoading} loadingText="Reading the trail" onClick={pages.more}>
            Show more
          </Button>
        )
      }
    >
      <SpaceBetween size="m">
        <Toggle checked={isAdministrative} onChange={({ detail }) => setAdministrative(detail.checked)}>
          Administrative only
        </Toggle>
        {failure !== undefined && <Failure failure={failure} onRetry={pages.more} />}
        {isRead && <Untold story={story} entries={entries} hasFailed={failure !== undefined} />}
        {isEmpty && (
          <Box color="text-body-secondary">
            {hasMore ? 'Nothing in what was read so far.' : 'The trail tells nothing of that.'}
          </Box>
        )}
        <Entries agent={agent.id} entries={entries} />
        {isLoading && !hasMore && <Loading what="the story" />}
      </SpaceBetween>
    </Container>
  );
}

interface UntoldProps {
  readonly story: AgentStory;
  readonly entries: readonly StoryEntry[];
  readonly hasFailed: boolean;
}

/** What the row tells and the trail does not yet: the act that the reader has just done comes to the trail later. */
function Untold({ story, entries, hasFailed }: UntoldProps) {
  const [newest] = entries;
  const deeds = story.story.filter(({ at }) => newest === undefined || newest.at < at);
  if (hasFailed && newest === undefined) return <Deeds deeds={deeds} />;
  if (deeds.length === 0) return null;
  return (
    <div>
      <Box color="text-body-secondary">From the agent’s row; the trail does not tell it yet:</Box>
      <Deeds deeds={deeds} />
    </div>
  );
}

function Entries({ agent, entries }: { agent: string; entries: readonly StoryEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <ol className="timeline" aria-label="Story">
      {entries.map((entry) => (
        <li key={`${entry.record.shard}/${entry.record.seq}`}>
          <Box variant="strong">{entry.what}</Box>
          <Box variant="small" color="text-body-secondary" display="block">
            {entry.by !== undefined && (
              <>
                by <Actor by={entry.by} />,{' '}
              </>
            )}
            <DateText at={entry.at} />
          </Box>
          {entry.why !== undefined && <blockquote className="agents-words">{entry.why}</blockquote>}
          <SpaceBetween direction="horizontal" size="s">
            {entry.grantId !== undefined && <GrantLink id={entry.grantId} />}
            {entry.type === 'approval.recorded' && entry.grantId !== undefined && (
              <Link href={hashOf(`/approvals/${encodeURIComponent(entry.grantId)}`)}>
                The request {entry.grantId}
              </Link>
            )}
            <Link href={recordAddress(agent, entry)} fontSize="body-s">
              Record {entry.record.shard}/{entry.record.seq}
            </Link>
          </SpaceBetween>
        </li>
      ))}
    </ol>
  );
}

/** The search of the trail finds it by its day. */
function recordAddress(agent: string, { type, at }: StoryEntry): string {
  const day = at.slice(0, 10);
  return hashOf('/audit', { agent, type, from: day, to: day });
}

function Actor({ by }: { by: StoryActor }) {
  if (by.kind === 'person') return <PersonName person={by} />;
  if (by.kind === 'agent') return <AgentLink id={by.id} />;
  return <span className="exact">{by.id}</span>;
}
