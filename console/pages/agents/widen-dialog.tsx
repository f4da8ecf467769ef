// Gives an agent that was let act further groups. The signature is over the groups as they are chosen here.

import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useCatalogNames } from '../../parts/catalog-names.ts';
import { GroupsField } from './groups-field.tsx';
import { groupsOf, problemOfAddedGroups } from './registration.ts';

interface WidenProps {
  readonly agent: AgentStory['agent'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog. */
export function WidenDialog({ agent, onClose, onDone }: WidenProps) {
  const { groups: assignable } = useCatalogNames();
  const [groups, setGroups] = useState('');
  const [wasTried, setTried] = useState(false);
  const problem = problemOfAddedGroups(groups, agent.groups);
  return (
    <ActDialog
      offer={offerOf('agent.widen', agent.id)}
      details={{ addGroups: groupsOf({ groups }) }}
      lacks={problem !== ''}
      onTry={() => setTried(true)}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField
        label="Groups to add"
        description="Only those that the catalog marks as assignable."
        errorText={wasTried ? problem : ''}
      >
        <GroupsField
          value={groups}
          assignable={assignable?.filter((each) => !agent.groups.includes(each))}
          onChange={setGroups}
        />
      </FormField>
    </ActDialog>
  );
}
