// What a decision signs, and nothing else: every line comes from the facts whose digest this page has computed.

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { DateText, duration } from '../../parts/date-text.tsx';
import { Environment } from '../../parts/names.tsx';
import type { Facts, VerifiedFacts } from '../../passkey/facts.ts';
import { Permissions } from './permissions.tsx';

/** Facts, permissions, duration, rule, digest. */
export function FactsPanel({ verified }: { verified: VerifiedFacts }) {
  const { facts, text, requestDigest } = verified;
  return (
    <Container
      header={
        <Header variant="h2" description="Your browser has computed the digest of exactly this.">
          What you would sign
        </Header>
      }
    >
      <SpaceBetween size="l">
        <KeyValuePairs columns={3} items={whoAndWhere(facts)} />
        <Parameters facts={facts} />
        <Permissions facts={facts} />
        <KeyValuePairs columns={3} items={[...howLong(facts), ...whoDecides(facts)]} />
        <div>
          <Box variant="awsui-key-label">Digest of the request</Box>
          <span className="exact">{requestDigest}</span>
        </div>
        <ExpandableSection headerText="The exact text">
          <pre className="exact exact-text">{JSON.stringify(JSON.parse(text), undefined, 2)}</pre>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

function Parameters({ facts }: { facts: Facts }) {
  const entries = Object.entries(facts.parameters);
  return (
    <div>
      <Box variant="awsui-key-label">Parameters</Box>
      {entries.length === 0 ? (
        'none'
      ) : (
        <table className="values">
          <tbody>
            {entries.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="exact">{String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const exact = (text: string) => <span className="exact">{text}</span>;

/** A date as the core writes it, in the reader's zone; the exact text has it as signed. Anything else stands as it is. */
function AskedAt({ at }: { at: string }) {
  const date = new Date(at);
  const isWhole = !Number.isNaN(date.getTime()) && date.toISOString() === at;
  return isWhole ? <DateText at={at} /> : exact(at);
}

function whoAndWhere(facts: Facts) {
  return [
    { label: 'Agent', value: exact(facts.agent) },
    { label: 'Task', value: exact(facts.task) },
    { label: 'Environment', value: <Environment name={facts.environment} /> },
    { label: 'Account', value: exact(facts.account) },
    { label: 'Workload', value: exact(facts.workload.subject) },
    { label: 'Attested by', value: exact(facts.workload.issuer) },
    { label: 'Agent’s owner', value: exact(`${facts.owner.subject} of ${facts.owner.issuer}`) },
    { label: 'Asked at', value: <AskedAt at={facts.requestedAt} /> },
  ];
}

function howLong({ duration: { lease, maxDuration, leases } }: Facts) {
  return [
    { label: 'One lease', value: duration(lease) },
    { label: 'Leases', value: leases === null ? 'as many as fit' : String(leases) },
    { label: 'Grant ends after', value: duration(maxDuration) },
  ];
}

function whoDecides({ approval }: Facts) {
  const owner = approval.ownerMayApprove
    ? ' (the owner of the agent too)'
    : ' (never the owner of the agent)';
  return [
    { label: 'Who decides', value: `${approval.approvers.join(', ')}${owner}` },
    { label: 'How many must agree', value: String(approval.quorum) },
    { label: 'Alone, in an emergency', value: approval.breakGlass ?? 'nobody' },
  ];
}
