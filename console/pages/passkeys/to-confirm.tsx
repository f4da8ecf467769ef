// Passkeys of others that wait: whoever confirms one has compared the code with its owner, away from this page.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { problemOfReason } from '../../acts/reason.ts';
import type { WaitingPasskey } from '../../api/answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { BindingCode, PersonName } from '../../parts/names.tsx';
import type { PasskeyActs } from './passkeys.tsx';

/** Nothing for people who may confirm none. */
export function ToConfirm({ waiting, acts }: { waiting: readonly WaitingPasskey[]; acts: PasskeyActs }) {
  if (waiting.length === 0) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${waiting.length})`}
          description="Ask the person, face to face or by phone, which code their page shows. Confirm only if it is this one."
        >
          Passkeys of others that wait
        </Header>
      }
    >
      <ul className="plain-list rows">
        {waiting.map((each) => (
          <li key={each.credentialId}>
            <Waiting waiting={each} acts={acts} />
          </li>
        ))}
      </ul>
    </Container>
  );
}

function Waiting({ waiting, acts }: { waiting: WaitingPasskey; acts: PasskeyActs }) {
  const { person, label, enrolledAt, lapsesAt, code } = waiting;
  const who = person.name ?? person.subject;
  return (
    <SpaceBetween size="xs">
      <div>
        <Box variant="strong">
          <PersonName person={person} />
        </Box>
        <Box variant="small" color="text-body-secondary" display="block">
          “{label}”, enrolled <DateText at={enrolledAt} />, waits until <DateText at={lapsesAt} />
        </Box>
      </div>
      <div>
        Code <BindingCode code={code} />
      </div>
      <Vouch waiting={waiting} who={who} acts={acts} />
    </SpaceBetween>
  );
}

interface VouchProps {
  readonly waiting: WaitingPasskey;
  readonly who: string;
  readonly acts: PasskeyActs;
}

function Vouch({ waiting, who, acts }: VouchProps) {
  const [isCompared, setCompared] = useState(false);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const go = () => {
    const found = problemOfReason(reason);
    setProblem(found);
    if (found === '') acts.confirm({ ...waiting, reason: reason.trim() });
  };
  return (
    <SpaceBetween size="xs">
      <Checkbox checked={isCompared} onChange={({ detail }) => setCompared(detail.checked)}>
        {who} has told me this code
      </Checkbox>
      <FormField
        label={`How do you know that it is ${who}?`}
        description="It stays with the passkey and in the audit trail."
        errorText={problem}
      >
        <Textarea value={reason} rows={2} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      <Button
        disabled={!isCompared}
        loading={acts.running === `confirm ${waiting.credentialId}`}
        loadingText="Waiting for your passkey"
        ariaLabel={`Confirm the passkey of ${who}`}
        onClick={go}
      >
        Confirm with passkey
      </Button>
    </SpaceBetween>
  );
}
