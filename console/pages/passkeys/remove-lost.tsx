// An administrator removes the passkey that somebody has lost: named by the person and the key's id, which the person's
// own page shows, and signed by the administrator's passkey.

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useSession } from '../../app/session-context.ts';
import type { PasskeyOf } from '../../passkey/enrol.ts';

/** Shown to administrators. */
export function RemoveLost({
  remove,
  running,
}: {
  remove(of: PasskeyOf): void;
  running: string | undefined;
}) {
  const { me } = useSession();
  const [subject, setSubject] = useState('');
  const [credentialId, setCredentialId] = useState('');
  const isWhole = subject.trim() !== '' && credentialId.trim() !== '';
  const go = () =>
    remove({
      person: { issuer: me.person.issuer, subject: subject.trim() },
      credentialId: credentialId.trim(),
    });
  return (
    <Container
      header={
        <Header variant="h2" description="The person’s own page says both, under “I have lost a passkey”.">
          Remove somebody’s lost passkey
        </Header>
      }
    >
      <SpaceBetween size="s">
        <FormField label="Person" description="The subject at the identity provider.">
          <Input value={subject} onChange={({ detail }) => setSubject(detail.value)} />
        </FormField>
        <FormField label="Key id">
          <Input value={credentialId} onChange={({ detail }) => setCredentialId(detail.value)} />
        </FormField>
        <Button
          disabled={!isWhole}
          loading={running === `remove ${credentialId.trim()}`}
          loadingText="Waiting for your passkey"
          onClick={go}
        >
          Remove with passkey
        </Button>
      </SpaceBetween>
    </Container>
  );
}
