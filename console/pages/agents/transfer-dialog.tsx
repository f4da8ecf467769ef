// Gives an agent to another owner, named by the identity provider's own words: names can be chosen, subjects cannot.

import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { isPlainText } from '../../../src/core/verify/plain-text.ts';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useSession } from '../../app/session-context.ts';
import { PersonName } from '../../parts/names.tsx';

const LONGEST_SUBJECT = 256;
const LONGEST_NAME = 128;

interface TransferProps {
  readonly agent: AgentStory['agent'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog. */
export function TransferDialog({ agent, onClose, onDone }: TransferProps) {
  const { config } = useSession();
  const [subject, setSubject] = useState('');
  const [name, setName] = useState('');
  const [wasTried, setTried] = useState(false);
  const problem = problemOfSubject(subject.trim(), agent.owner.subject);
  const nameProblem =
    name === '' || isPlainText(name.trim(), LONGEST_NAME) ? '' : 'At most 128 characters that can be seen.';
  const owner = {
    issuer: config.issuer,
    subject: subject.trim(),
    ...(name.trim() !== '' && { name: name.trim() }),
  };
  return (
    <ActDialog
      offer={offerOf('agent.transfer', agent.id)}
      details={{ owner }}
      lacks={problem !== '' || nameProblem !== ''}
      onTry={() => setTried(true)}
      onClose={onClose}
      onDone={onDone}
    >
      <SpaceBetween size="m">
        <div>
          Owner now: <PersonName person={agent.owner} />
        </div>
        <FormField
          label="New owner’s subject"
          description={`As ${new URL(config.issuer).host} calls the person.`}
          errorText={wasTried ? problem : ''}
        >
          <Input value={subject} ariaRequired onChange={({ detail }) => setSubject(detail.value)} />
        </FormField>
        <FormField label="Name (optional)" errorText={wasTried ? nameProblem : ''}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      </SpaceBetween>
    </ActDialog>
  );
}

function problemOfSubject(subject: string, now: string): string {
  if (subject === '') return 'Name the new owner.';
  if (subject === now) return 'This is the owner now.';
  return isPlainText(subject, LONGEST_SUBJECT) ? '' : 'At most 256 characters that can be seen.';
}
