// What the reader may do to an agent in its state, each in a dialog of its own.

import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { AgentStatus } from '../../../src/core/model.ts';
import type { Act } from '../../../src/core/people/acts.ts';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { mayAct } from '../../acts/allowed.ts';
import { offerOf, verbOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { useSession } from '../../app/session-context.ts';
import { BindDialog } from './bind-dialog.tsx';
import { ResumeDialog } from './resume-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';
import { UpdateDialog } from './update-dialog.tsx';
import { WidenDialog } from './widen-dialog.tsx';

/** The acts that lead somewhere from each state. */
const ACTS_OF: Readonly<Record<AgentStatus, readonly Act[]>> = {
  proposed: ['agent.resume', 'agent.update', 'agent.bind', 'agent.transfer', 'agent.retire'],
  active: ['agent.suspend', 'agent.update', 'agent.bind', 'agent.widen', 'agent.transfer', 'agent.retire'],
  suspended: [
    'agent.resume',
    'agent.kill',
    'agent.update',
    'agent.bind',
    'agent.widen',
    'agent.transfer',
    'agent.retire',
  ],
  // a retired agent holds nothing, unless something has gone wrong
  retired: ['agent.kill'],
};

/** What the catalog says of an agent is changed in the catalog. */
const ONLY_AT_RUN_TIME: readonly Act[] = ['agent.update', 'agent.bind', 'agent.widen'];

interface ActsProps {
  readonly agent: AgentStory['agent'];
  readonly onDone: () => void;
}

/** Nothing for people who may only look. */
export function AgentActs({ agent, onDone }: ActsProps) {
  const { me } = useSession();
  const [chosen, setChosen] = useState<Act>();
  const offered = ACTS_OF[agent.status]
    .filter((act) => agent.origin === 'runtime' || !ONLY_AT_RUN_TIME.includes(act))
    .filter((act) => mayAct(me, act, agent.owner));
  const close = () => setChosen(undefined);
  const done = () => {
    close();
    onDone();
  };
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        {offered.map((act) => (
          <Button key={act} onClick={() => setChosen(act)}>
            {verbOf(act)}
          </Button>
        ))}
      </SpaceBetween>
      {chosen !== undefined && <Dialog act={chosen} agent={agent} onClose={close} onDone={done} />}
    </>
  );
}

interface DialogProps extends ActsProps {
  readonly act: Act;
  readonly onClose: () => void;
}

function Dialog({ act, ...props }: DialogProps) {
  if (act === 'agent.transfer') return <TransferDialog {...props} />;
  if (act === 'agent.update') return <UpdateDialog {...props} />;
  if (act === 'agent.bind') return <BindDialog {...props} />;
  if (act === 'agent.widen') return <WidenDialog {...props} />;
  if (act === 'agent.resume') return <ResumeDialog {...props} />;
  const { agent, onClose, onDone } = props;
  return <ActDialog offer={offerOf(act, agent.id)} onClose={onClose} onDone={onDone} />;
}
