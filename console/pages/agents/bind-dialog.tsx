// Makes one more workload this agent. The signature is over the identity as it is typed here.

import { useState } from 'react';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useCatalogNames } from '../../parts/catalog-names.ts';
import { bindingOf, EMPTY_BINDING, problemsOfAdded } from './registration.ts';
import { Binding } from './registration-fields.tsx';

interface BindProps {
  readonly agent: AgentStory['agent'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog. */
export function BindDialog({ agent, onClose, onDone }: BindProps) {
  const { issuers } = useCatalogNames();
  const [binding, setBinding] = useState(EMPTY_BINDING);
  const [wasTried, setTried] = useState(false);
  const problems = problemsOfAdded(binding, agent.bindings);
  return (
    <ActDialog
      offer={offerOf('agent.bind', agent.id)}
      details={{ addBindings: [bindingOf(binding)] }}
      lacks={Object.keys(problems).length > 0}
      onTry={() => setTried(true)}
      onClose={onClose}
      onDone={onDone}
    >
      <Binding
        binding={binding}
        issuers={issuers}
        problemOf={(member) => (wasTried ? (problems[member] ?? '') : '')}
        onChange={setBinding}
      />
    </ActDialog>
  );
}
