// Passkeys of others that wait: whoever confirms one has compared the code with its owner, away from this page.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
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
  const { person, label, enrolledAt, code, credentialId } = waiting;
  const [isCompared, setCompared] = useState(false);
  const who = person.name ?? person.subject;
  return (
    <SpaceBetween size="xs">
      <div>
        <Box variant="strong">
          <PersonName person={person} />
        </Box>
        <Box variant="small" color="text-body-secondary" display="block">
          “{label}”, enrolled <DateText at={enrolledAt} />
        </Box>
      </div>
      <div>
        Code <BindingCode code={code} />
      </div>
      <Checkbox checked={isCompared} onChange={({ detail }) => setCompared(detail.checked)}>
        {who} has told me this code
      </Checkbox>
      <Button
        disabled={!isCompared}
        loading={acts.running === `confirm ${credentialId}`}
        loadingText="Waiting for your passkey"
        ariaLabel={`Confirm the passkey of ${who}`}
        onClick={() => acts.confirm(waiting)}
      >
        Confirm with passkey
      </Button>
    </SpaceBetween>
  );
}
