// An administrator removes the passkey that somebody has lost: named by the person and the key's id, which the person's
// own page shows, with the reason, and signed by the administrator's passkey.

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { problemOfReason } from '../../acts/reason.ts';
import { useSession } from '../../app/session-context.ts';
import type { PasskeyOf } from '../../passkey/enrol.ts';

interface RemoveLostProps {
  remove(of: PasskeyOf): void;
  readonly running: string | undefined;
}

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Shown to administrators. */
export function RemoveLost({ remove, running }: RemoveLostProps) {
  const { me } = useSession();
  const [subject, setSubject] = useState('');
  const [keyId, setKeyId] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const isWhole = subject.trim() !== '' && keyId.trim() !== '';
  const credentialId = keyId.trim();
  const go = () => {
    const found = problemOfReason(reason);
    setProblem(found);
    const person = { issuer: me.person.issuer, subject: subject.trim() };
    if (found === '') remove({ person, credentialId, reason: reason.trim() });
  };
  return (
    <Container
      header={
        <Header variant="h2" description="The person’s own page says both, under “I have lost a passkey”.">
          Remove somebody’s lost passkey
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Whose value={subject} onChange={setSubject} />
        <FormField label="Key id">
          <Input value={keyId} onChange={({ detail }) => setKeyId(detail.value)} />
        </FormField>
        <Why value={reason} onChange={setReason} problem={problem} />
        <Button
          disabled={!isWhole}
          loading={running === `remove ${credentialId}`}
          loadingText="Waiting for your passkey"
          onClick={go}
        >
          Remove with passkey
        </Button>
      </SpaceBetween>
    </Container>
  );
}

function Whose({ value, onChange }: FieldProps) {
  return (
    <FormField label="Person" description="The subject at the identity provider.">
      <Input value={value} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}

function Why({ value, onChange, problem }: FieldProps & { readonly problem: string }) {
  return (
    <FormField label="Reason" description="It stays with the key and in the audit trail." errorText={problem}>
      <Textarea value={value} rows={2} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}
