// Enrols a passkey under a name of the person's own.

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { PasskeyActs } from './passkeys.tsx';

/** The API's own limit. */
const LONGEST_LABEL = 64;

/** The form; a first key needs somebody else, a further one an existing key. */
export function Enrol({ isFirst, acts }: { isFirst: boolean; acts: PasskeyActs }) {
  const [label, setLabel] = useState('');
  const [problem, setProblem] = useState('');
  const name = label.trim();
  const enrol = () => {
    const found = problemOf(name);
    setProblem(found);
    if (found === '') acts.enrol(name);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            isFirst
              ? 'It counts once an administrator, or another person who has a passkey, has confirmed it.'
              : 'You confirm it with a passkey that you have. Have two, so that losing one locks nobody out.'
          }
        >
          Enrol a passkey
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enrol();
        }}
      >
        <SpaceBetween size="m">
          <FormField
            label="Name"
            description="So that you know it again: the device or key."
            errorText={problem}
          >
            <Input value={label} placeholder="Laptop" onChange={({ detail }) => setLabel(detail.value)} />
          </FormField>
          <Button
            formAction="submit"
            loading={acts.running === 'enrol'}
            loadingText="Waiting for your passkey"
          >
            Enrol
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

function problemOf(name: string): string {
  if (name === '') return 'Give it a name.';
  return name.length > LONGEST_LABEL ? `At most ${LONGEST_LABEL} characters.` : '';
}
