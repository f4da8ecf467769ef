// What a decision has brought about, for the reader.

import type { Decision } from '../../../src/core/model.ts';
import type { Outcome } from '../../api/answers.ts';
import type { Notice } from '../../app/session-context.ts';

/** The notice after a decision. */
export function outcomeSentence({ status, approved, quorum }: Outcome, decision: Decision): Notice {
  if (decision === 'deny') return { type: 'success', text: 'You denied the request. It has ended.' };
  if (decision === 'break-glass')
    return { type: 'warning', text: 'You broke the glass: the request is approved. Everybody is told.' };
  if (status === 'pending') {
    const missing = quorum - approved;
    const who = missing === 1 ? 'one more person has' : `${missing} more people have`;
    return { type: 'info', text: `You approved the request. It still waits: ${who} to approve.` };
  }
  return { type: 'success', text: 'You approved the request. The agent gets its lease when it asks next.' };
}
