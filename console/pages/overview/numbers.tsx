// The numbers of now, each a link to its list.

import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { OverviewTold, ReviewRows } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';

/** Grants, leases, requests, reviews, stops. */
export function NumbersOfNow({ overview: { now } }: { overview: OverviewTold }) {
  const overdue = useAnswer<ReviewRows>('/api/reviews?state=overdue').value;
  const { me } = useSession();
  // questions are for viewers
  const leases = me.roles.includes('viewer')
    ? hashOf('/questions/holds')
    : hashOf('/grants', { status: 'active' });
  const late = overdue === undefined ? '…' : `${overdue.reviews.length}${overdue.partial ? '+' : ''}`;
  return (
    <Container header={<Header variant="h2">Now</Header>}>
      <ColumnLayout columns={5} minColumnWidth={120} variant="text-grid">
        <Count label="Open grants" value={now.openGrants} href={hashOf('/grants')} />
        <Count label="Leases that work" value={now.leases} href={leases} />
        <Count label="Wait for people" value={now.waiting} href={hashOf('/approvals', { show: 'all' })} />
        <Count label="Reviews overdue" value={late} href={hashOf('/reviews', { state: 'overdue' })} />
        <Count label="Stops that are on" value={now.stops.length} href={hashOf('/stop')} />
      </ColumnLayout>
    </Container>
  );
}

function Count({ label, value, href }: { label: string; value: number | string; href: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Link href={href} variant="awsui-value-large" ariaLabel={`${label}: ${value}`}>
        {value}
      </Link>
    </div>
  );
}
