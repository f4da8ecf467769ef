// An act that takes longer than one answer: asked about until it is over, with what has ended and until when something
// of it lives. Closing the dialog stops nothing.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef } from 'react';
import type { Done, Ended } from '../api/admin-answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useNow } from '../parts/clock.ts';
import { DateText, TimeLeft } from '../parts/date-text.tsx';
import { Failure } from '../parts/failure.tsx';

const ASK_EVERY_MS = 3000;

/** The kill by which an act that goes on can be asked about; undefined when the answer names none. */
export function killIdOf({ done, result }: Done): string | undefined {
  const { killId } = (result ?? {}) as Partial<Ended>;
  return done || typeof killId !== 'string' ? undefined : killId;
}

interface GoingOnProps {
  readonly title: string;
  /** What the act answered first. */
  readonly first: Done;
  readonly killId: string;
  readonly onClose: () => void;
  readonly onDone: (answer: Done) => void;
}

/** The dialog after the order was taken. */
export function GoingOn({ title, first, killId, onClose, onDone }: GoingOnProps) {
  const path = `/api/acts/progress?killId=${encodeURIComponent(killId)}`;
  const { value = first, failure, reload } = useAnswer<Done>(path, ASK_EVERY_MS);
  const isOver = useRef(false);
  useEffect(() => {
    if (!value.done || isOver.current) return;
    isOver.current = true;
    onDone(value);
  }, [value, onDone]);
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close; it goes on"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button onClick={onClose}>Close; it goes on</Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <div role="status">
          <StatusIndicator type="in-progress">It is ordered, and goes on</StatusIndicator>
        </div>
        <div>Nothing new is given any more; what is still open is being ended, also when you close this.</div>
        <Progress of={(value.result ?? {}) as Partial<Ended>} />
        {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      </SpaceBetween>
    </Modal>
  );
}

function Progress({ of: { ended, deadBy } }: { of: Partial<Ended> }) {
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: 'Grants ended so far', value: ended ?? 'not told yet' },
        { label: 'Something of it lives until', value: <Lives until={deadBy} /> },
      ]}
    />
  );
}

/** Over is only what Remit has confirmed. */
function Lives({ until }: { until: string | undefined }) {
  const now = useNow(1000);
  if (until === undefined) return <>not told yet</>;
  if (Date.parse(until) <= now) return <>no known lease; being confirmed</>;
  return (
    <>
      <DateText at={until} /> (<TimeLeft until={until} />)
    </>
  );
}
