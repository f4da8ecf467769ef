// The start page of people who look after agents: what is on now, and how the last days went. Every number leads to
// its list, and what could not be counted is said.

import Alert from '@cloudscape-design/components/alert';
import Grid from '@cloudscape-design/components/grid';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OverviewTold } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { hashOf, readRoute, replaceHash, useHash } from '../../app/route.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { NumbersOfNow } from './numbers.tsx';
import { AgentsByStatus, GrantsPerDay, LeasesNow, RefusalsByCode, TimeToDead } from './pictures.tsx';

const ASK_EVERY_MS = 60_000;
const SPANS = ['1', '7', '30'] as const;
const USUAL = '7';
const WIDE = { colspan: 12 };
const CHART = { colspan: { default: 12, s: 6 } };

/** The page. */
export default function OverviewPage() {
  const { query } = readRoute(useHash());
  const days = SPANS.find((each) => each === query.get('days')) ?? USUAL;
  const answer = useAnswer<OverviewTold>(`/api/overview?days=${days}`, ASK_EVERY_MS);
  const { value: overview, failure, reload } = answer;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="Overview"
        description="What agents hold now, and how the last days went."
        actions={<Span days={days} />}
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      {answer.isLoading && <Loading what="numbers" />}
      {overview !== undefined && (
        <SpaceBetween size="l">
          <Stopped overview={overview} />
          <NumbersOfNow overview={overview} />
          <Grid gridDefinition={[WIDE, CHART, CHART, CHART, CHART]}>
            <GrantsPerDay overview={overview} />
            <LeasesNow overview={overview} />
            <RefusalsByCode overview={overview} />
            <TimeToDead overview={overview} />
            <AgentsByStatus overview={overview} />
          </Grid>
          <NotCounted sentences={overview.notCounted} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Span({ days }: { days: string }) {
  return (
    <SegmentedControl
      label="How far back"
      selectedId={days}
      options={SPANS.map((id) => ({ id, text: id === '1' ? 'Today' : `${id} days` }))}
      onChange={({ detail }) => replaceHash(hashOf('/overview', { days: detail.selectedId }))}
    />
  );
}

function Stopped({ overview: { now } }: { overview: OverviewTold }) {
  if (now.stops.length === 0) return null;
  const names = now.stops.map(({ scope }) => ('id' in scope ? `${scope.kind} ${scope.id}` : 'everything'));
  return (
    <Alert type="error" header="Stopped by people">
      Nothing is issued for: {names.join(', ')}.{' '}
      <Link href={hashOf('/stop')} variant="primary">
        See who stopped it and why
      </Link>
    </Alert>
  );
}

function NotCounted({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Alert type="info" header="What these numbers leave out">
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Alert>
  );
}
