// Chooses what is stopped; the dialog says what follows, and asks for the reason and the passkey.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Act, ActTarget } from '../../../src/core/people/acts.ts';
import { isPlainText } from '../../../src/core/verify/plain-text.ts';
import { ActDialog, type ActOffer } from '../../acts/act-dialog.tsx';
import { mayAct } from '../../acts/allowed.ts';
import { offerOf } from '../../acts/offers.ts';
import type { AgentRows } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { readRoute, useHash } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { useCatalogNames } from '../../parts/catalog-names.ts';
import { Suggested, type Suggestion } from '../../parts/suggested.tsx';

interface Kind {
  readonly act: Act;
  readonly kind: ActTarget;
  readonly label: string;
  readonly description: string;
  /** Name of the field; absent where nothing is to be named. */
  readonly field?: string;
}

const KINDS: readonly Kind[] = [
  { act: 'grant.kill', kind: 'grant', label: 'One grant', description: 'Ends it.', field: 'Grant id' },
  {
    act: 'agent.suspend',
    kind: 'agent',
    label: 'An agent that is active, at once',
    description: 'Ends its grants, and it gets nothing until an administrator lets it act.',
    field: 'Agent',
  },
  {
    act: 'agent.kill',
    kind: 'agent',
    label: 'An agent in any state, with a passkey',
    description: 'The same, also for one that is suspended or retired already: whatever is left of it ends.',
    field: 'Agent',
  },
  {
    act: 'task.kill',
    kind: 'task',
    label: 'A task',
    description: 'Ends its grants, and nobody gets it until it is lifted.',
    field: 'Task',
  },
  {
    act: 'issuer.kill',
    kind: 'issuer',
    label: 'An issuer',
    description: 'Ends the grants of all its workloads, and none gets anything until it is lifted.',
    field: 'Issuer’s URL',
  },
  {
    act: 'stop.everything',
    kind: 'everything',
    label: 'Everything',
    description: 'Ends all grants, and nothing is issued until it is lifted.',
  },
];
const EVERYTHING = 'everything';
const LONGEST_TARGET = 512;
/** What the API tells at once. */
const MOST_AGENTS = 100;
/** A ULID in Crockford's base 32. */
const GRANT_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Nothing for people who may stop nothing. */
export function KillForm({ onDone }: { onDone: () => void }) {
  const { me } = useSession();
  const { query } = readRoute(useHash());
  const kinds = KINDS.filter(({ act }) => mayAct(me, act));
  const [act, setAct] = useState<string>(kinds[0]?.act ?? '');
  const [target, setTarget] = useState(query.get('target') ?? '');
  const [wasTried, setTried] = useState(false);
  const [offer, setOffer] = useState<ActOffer>();
  const kind = kinds.find((each) => each.act === act);
  if (kind === undefined) return null;
  const named = kind.field === undefined ? EVERYTHING : target.trim();
  const problem = problemOf(kind, named);
  const ask = () => {
    setTried(true);
    if (problem === '') setOffer(offerOf(kind.act, named));
  };
  const done = () => {
    setOffer(undefined);
    setTarget('');
    setTried(false);
    onDone();
  };
  return (
    <Container header={<Header variant="h2">Stop something</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <SpaceBetween size="m">
          <Kinds kinds={kinds} chosen={act} onChange={setAct} />
          {kind.field !== undefined && (
            <FormField label={kind.field} errorText={wasTried ? problem : ''}>
              <Target kind={kind.kind} value={target} onChange={setTarget} />
            </FormField>
          )}
          <Box>
            <Button formAction="submit" iconName="status-stopped">
              Stop it
            </Button>
          </Box>
        </SpaceBetween>
      </form>
      {offer !== undefined && <ActDialog offer={offer} onClose={() => setOffer(undefined)} onDone={done} />}
    </Container>
  );
}

interface TargetProps {
  readonly kind: ActTarget;
  readonly value: string;
  readonly onChange: (target: string) => void;
}

/** Agents are suggested as far as one page of them goes. */
function Target({ kind, value, onChange }: TargetProps) {
  const { tasks, issuers } = useCatalogNames();
  const agents = useAnswer<AgentRows>(kind === 'agent' ? `/api/agents?limit=${MOST_AGENTS}` : undefined);
  const known: Partial<Record<ActTarget, readonly Suggestion[]>> = {
    task: tasks,
    issuer: issuers,
    agent: (agents.value?.agents ?? []).map(({ id, status }) => ({ value: id, description: status })),
  };
  return <Suggested value={value} suggestions={known[kind] ?? []} onChange={onChange} />;
}

interface KindsProps {
  readonly kinds: readonly Kind[];
  readonly chosen: string;
  readonly onChange: (act: string) => void;
}

function Kinds({ kinds, chosen, onChange }: KindsProps) {
  return (
    <RadioGroup
      ariaLabel="What to stop"
      value={chosen}
      items={kinds.map(({ act, label, description }) => ({ value: act, label, description }))}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}

function problemOf({ kind, field }: Kind, target: string): string {
  if (field === undefined) return '';
  if (target === '') return 'Name it exactly.';
  if (kind === 'grant' && !GRANT_ID.test(target)) return 'A grant id has 26 characters.';
  return isPlainText(target, LONGEST_TARGET) ? '' : 'There is a character in it that cannot be seen.';
}
