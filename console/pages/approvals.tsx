// The queue: what waits for the reader, or for anybody. Identical requests are shown as a group, and each is still
// decided alone.

import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RequestList, RequestSummary } from '../api/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { hashOf, readRoute, replaceHash, useHash } from '../app/route.ts';
import { useSession } from '../app/session-context.ts';
import { Failure } from '../parts/failure.tsx';
import { PageHeading } from '../parts/page-heading.tsx';
import { Empty, Loading } from '../parts/waiting.tsx';
import { RequestCard } from './approval/request-card.tsx';

const ASK_EVERY_MS = 10_000;

/** Requests that wait for people. */
export default function Approvals() {
  const { query } = readRoute(useHash());
  const { me } = useSession();
  const showsAll = query.get('show') === 'all';
  const answer = useAnswer<RequestList>('/api/approvals', ASK_EVERY_MS);
  const all = answer.value?.approvals ?? [];
  const mine = all.filter(isMine);
  const shown = showsAll ? all : mine;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="Approvals"
        description="Requests of agents that people have to decide. Each is decided alone, with a passkey."
        actions={
          <SegmentedControl
            label="Which requests"
            selectedId={showsAll ? 'all' : 'mine'}
            options={[
              { id: 'mine', text: `Waits for me (${mine.length})` },
              { id: 'all', text: `All (${all.length})` },
            ]}
            onChange={({ detail }) =>
              replaceHash(hashOf('/approvals', { show: detail.selectedId === 'all' ? 'all' : undefined }))
            }
          />
        }
      />
      {me.roles.includes('approver') && me.passkeys === 0 && <EnrolFirst />}
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {answer.isLoading && <Loading what="requests" />}
      {answer.value !== undefined && shown.length === 0 && <Nothing hasOthers={all.length > 0} />}
      {groupsOf(shown).map((group) => (
        <Group key={group[0]?.grantId} requests={group} />
      ))}
      {answer.value?.more === true && (
        <Alert type="warning" header="More requests wait than are shown">
          These are the ones that lapse first. The others appear as these are decided.
        </Alert>
      )}
    </SpaceBetween>
  );
}

function Nothing({ hasOthers }: { hasOthers: boolean }) {
  return (
    <Container>
      <Empty title={hasOthers ? 'Nothing waits for you' : 'No request waits'}>
        {hasOthers
          ? '“All” shows what waits for others.'
          : 'A request appears here as soon as an agent asks for something that needs a person.'}
      </Empty>
    </Container>
  );
}

function EnrolFirst() {
  return (
    <Alert type="info" header="Enrol a passkey before you need it">
      You have none that counts yet. A passkey cannot decide requests that were made before it was enrolled.{' '}
      <Link href={hashOf('/passkeys')} variant="primary">
        Go to My passkeys
      </Link>
    </Alert>
  );
}

function Group({ requests }: { requests: readonly RequestSummary[] }) {
  const [first] = requests;
  if (first === undefined) return null;
  if (requests.length === 1) return <RequestCard request={first} />;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Same agent, task and parameters. Is it one intent, asked again and again? Each is decided alone."
        >
          {requests.length} identical requests: {first.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {requests.map((request) => (
          <RequestCard key={request.grantId} request={request} isInGroup />
        ))}
      </SpaceBetween>
    </Container>
  );
}

function isMine({ mine }: RequestSummary): boolean {
  return mine === 'can-decide' || mine === 'break-glass' || mine === 'owner-unknown';
}

/** In the order of the first of each; a Map keeps it. */
function groupsOf(requests: readonly RequestSummary[]): readonly (readonly RequestSummary[])[] {
  const groups = Map.groupBy(requests, ({ sameAs }) => sameAs);
  return [...groups.values()];
}
