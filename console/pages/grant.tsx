// One grant and what happened to it.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ActDialog } from '../acts/act-dialog.tsx';
import { mayAct } from '../acts/allowed.ts';
import { offerOf } from '../acts/offers.ts';
import type { GrantStory, TimelineEntry } from '../api/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { PageProps } from '../app/pages.ts';
import { useSession } from '../app/session-context.ts';
import { DateText, duration } from '../parts/date-text.tsx';
import { Failure } from '../parts/failure.tsx';
import { AgentLink, AgentsWords, Environment, PersonName, Status } from '../parts/names.tsx';
import { PageHeading } from '../parts/page-heading.tsx';
import { Loading } from '../parts/waiting.tsx';

/** The page of one grant. */
export default function GrantPage({ id }: PageProps) {
  const answer = useAnswer<GrantStory>(`/api/grants/${encodeURIComponent(id)}`);
  const { me } = useSession();
  const grant = answer.value?.grant;
  const mayKill = grant?.endedAt === undefined && mayAct(me, 'grant.kill');
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={`Grant ${id}`}
        actions={grant !== undefined && mayKill && <Kill grant={grant} onDone={answer.reload} />}
      />
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {answer.isLoading && <Loading what="the grant" />}
      {answer.value !== undefined && <Story story={answer.value} />}
    </SpaceBetween>
  );
}

/** Not for people who may only look, nor of a grant that has ended. */
function Kill({ grant, onDone }: { grant: GrantStory['grant']; onDone: () => void }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button onClick={() => setAsked(true)}>Kill</Button>
      {isAsked && (
        <ActDialog
          offer={offerOf('grant.kill', grant.grantId)}
          onClose={() => setAsked(false)}
          onDone={() => {
            setAsked(false);
            onDone();
          }}
        />
      )}
    </>
  );
}

function Story({ story: { grant, timeline } }: { story: GrantStory }) {
  return (
    <SpaceBetween size="l">
      {grant.breakGlassUsed === true && (
        <Alert type="warning" header="The glass was broken">
          One person approved this alone.
        </Alert>
      )}
      <Container header={<Header variant="h2">What it is</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs columns={3} items={itemsOf(grant)} />
          <AgentsWords agent={grant.agent} text={grant.purpose} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">What happened</Header>}>
        <ol className="timeline">
          {timeline.map((entry) => (
            <li key={`${entry.at} ${entry.what}`}>
              <Happened entry={entry} />
            </li>
          ))}
        </ol>
      </Container>
      <ExpandableSection headerText="The whole row" variant="container">
        <pre className="exact exact-text">{JSON.stringify(grant, undefined, 2)}</pre>
      </ExpandableSection>
    </SpaceBetween>
  );
}

function itemsOf(grant: GrantStory['grant']) {
  const exact = (text: string) => <span className="exact">{text}</span>;
  const parameters = Object.entries(grant.parameters).map(([name, value]) => `${name} = ${value}`);
  return [
    { label: 'Status', value: <Status status={grant.status} /> },
    { label: 'Agent', value: <AgentLink id={grant.agent} /> },
    { label: 'Owner', value: <PersonName person={grant.owner} /> },
    { label: 'Task', value: exact(grant.task) },
    { label: 'Environment', value: <Environment name={grant.environment} /> },
    { label: 'Account', value: exact(grant.account) },
    { label: 'Parameters', value: exact(parameters.join(', ') || 'none') },
    { label: 'Ruling', value: `${grant.ruling.outcome}: ${grant.ruling.policies.join(', ') || 'no policy'}` },
    { label: 'Workload', value: exact(grant.workload.subject) },
    { label: 'Role', value: exact(grant.roleArn) },
    { label: 'One lease', value: duration(grant.leaseSeconds) },
    { label: 'Leases so far', value: String(grant.leaseCount) },
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  requested: 'Asked',
  ruled: 'Ruled',
  'workflow-started': 'People were asked',
  approve: 'Approved',
  deny: 'Denied',
  'break-glass': 'The glass was broken',
  redeemed: 'The approval was redeemed',
  'lease-ends': 'Lease ends',
  ended: 'Ended',
};

/** Whose details are Remit’s own sentences; all others have words of an agent or a person in them. */
const OURS: ReadonlySet<string> = new Set(['ruled', 'lease-ends']);

function Happened({ entry: { at, what, by, detail } }: { entry: TimelineEntry }) {
  return (
    <>
      <Box variant="strong">{WORDS[what] ?? what}</Box>
      {by !== undefined && <> by {typeof by === 'string' ? by : <PersonName person={by} />}</>}
      <Box variant="small" color="text-body-secondary" display="block">
        <DateText at={at} />
      </Box>
      {detail !== undefined &&
        (OURS.has(what) ? <div>{detail}</div> : <blockquote className="agents-words">{detail}</blockquote>)}
    </>
  );
}
