// Lets an agent act: what is signed is the digest of the agent as this page shows it, computed here, so that nothing
// else than what was looked at begins to act.

import { useEffect, useState } from 'react';
import { agentText } from '../../../src/core/lifecycle/agent-text.ts';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { offerOf } from '../../acts/offers.ts';
import type { AgentStory } from '../../api/admin-answers.ts';
import { digestOfText } from '../../passkey/digest.ts';

interface ResumeProps {
  readonly agent: AgentStory['agent'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog, once the digest is there. */
export function ResumeDialog({ agent, onClose, onDone }: ResumeProps) {
  const [agentDigest, setDigest] = useState<string>();
  useEffect(() => {
    digestOfText(agentText(agent)).then(setDigest);
  }, [agent]);
  if (agentDigest === undefined) return null;
  return (
    <ActDialog
      offer={offerOf('agent.resume', agent.id)}
      details={{ agentDigest }}
      onClose={onClose}
      onDone={onDone}
    />
  );
}
