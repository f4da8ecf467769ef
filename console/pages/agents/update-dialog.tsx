// Changes an agent that was registered at run time: its purpose, its groups, and which workloads are no longer it. To
// add a workload, or a group to an agent that was let act, gives something, and is signed: bind-dialog.tsx, widen-dialog.tsx.

import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useCatalogNames } from '../../parts/catalog-names.ts';
import { GroupsField } from './groups-field.tsx';
import { groupsOf, type Problems, problemsOfUpdate } from './registration.ts';

type Agent = AgentStory['agent'];

interface UpdateProps {
  readonly agent: Agent;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface Draft {
  readonly purpose: string;
  readonly groups: string;
  /** Of the bindings, by their place. */
  readonly removed: readonly number[];
}

/** The dialog. */
export function UpdateDialog({ agent, onClose, onDone }: UpdateProps) {
  const { groups: assignable } = useCatalogNames();
  const [draft, setDraft] = useState<Draft>({
    purpose: agent.purpose,
    groups: agent.groups.join(', '),
    removed: [],
  });
  const [wasTried, setTried] = useState(false);
  const details = changesOf(agent, draft);
  const problems = problemsOf(agent, draft);
  const shown = wasTried ? problems : {};
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <ActDialog
      offer={offerOf('agent.update', agent.id)}
      details={details}
      lacks={Object.keys(problems).length > 0}
      onTry={() => setTried(true)}
      onClose={onClose}
      onDone={onDone}
    >
      <SpaceBetween size="m">
        <FormField label="Purpose" errorText={shown['purpose'] ?? ''}>
          <Textarea
            value={draft.purpose}
            rows={2}
            ariaRequired
            onChange={({ detail }) => set({ purpose: detail.value.replaceAll('\n', ' ') })}
          />
        </FormField>
        <Groups
          agent={agent}
          value={draft.groups}
          assignable={assignable}
          problem={shown['groups'] ?? ''}
          onChange={(groups) => set({ groups })}
        />
        <FormField label="Workloads to take away" errorText={shown['removed'] ?? shown['nothing'] ?? ''}>
          <Workloads agent={agent} removed={draft.removed} onChange={(removed) => set({ removed })} />
        </FormField>
      </SpaceBetween>
    </ActDialog>
  );
}

interface GroupsProps {
  readonly agent: Agent;
  readonly value: string;
  readonly assignable: readonly string[] | undefined;
  readonly problem: string;
  readonly onChange: (groups: string) => void;
}

/** An agent that was let act only loses groups here. */
function Groups({ agent, value, assignable, problem, onChange }: GroupsProps) {
  const isProposed = agent.status === 'proposed';
  const description = isProposed
    ? 'Only those that the catalog marks as assignable.'
    : 'To add one is signed: Give groups.';
  return (
    <FormField label="Groups" description={description} errorText={problem}>
      <GroupsField value={value} assignable={isProposed ? assignable : agent.groups} onChange={onChange} />
    </FormField>
  );
}

interface WorkloadsProps {
  readonly agent: Agent;
  readonly removed: readonly number[];
  readonly onChange: (removed: readonly number[]) => void;
}

function Workloads({ agent, removed, onChange }: WorkloadsProps) {
  return (
    <SpaceBetween size="xxs">
      {agent.bindings.map(({ issuer, subject }, at) => (
        <Checkbox
          key={`${issuer} ${subject}`}
          checked={removed.includes(at)}
          onChange={({ detail }) =>
            onChange(detail.checked ? [...removed, at].sort() : removed.filter((each) => each !== at))
          }
        >
          <span className="exact">
            {subject} at {issuer}
          </span>
        </Checkbox>
      ))}
    </SpaceBetween>
  );
}

/** Only what is changed: what stands stays as it is when somebody else changes it meanwhile. */
function changesOf(agent: Agent, { purpose, groups, removed }: Draft) {
  const wanted = groupsOf({ groups });
  const isSame = wanted.length === agent.groups.length && wanted.every((each) => agent.groups.includes(each));
  const gone = removed.flatMap((at) => agent.bindings[at] ?? []);
  return {
    ...(purpose.trim() !== agent.purpose && { purpose: purpose.trim() }),
    ...(!isSame && { groups: wanted }),
    ...(gone.length > 0 && { removeBindings: gone.map(({ issuer, subject }) => ({ issuer, subject })) }),
  };
}

function problemsOf(agent: Agent, draft: Draft): Problems {
  const isAll = draft.removed.length > 0 && draft.removed.length === agent.bindings.length;
  const isNothing = Object.keys(changesOf(agent, draft)).length === 0;
  return {
    ...problemsOfUpdate(draft),
    ...(isAll && { removed: 'One has to stay; an agent that nobody is any more is retired.' }),
    ...(isNothing && { nothing: 'Nothing is changed yet.' }),
  };
}
