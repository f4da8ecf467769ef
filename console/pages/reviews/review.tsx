// One review: what the agent may do, was granted and used, what it never asked for, what could be taken away; and the
// confirmation, signed with a passkey.

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { mayAct } from '../../acts/allowed.ts';
import type { ReviewStory } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import type { PageProps } from '../../app/pages.ts';
import { useSession } from '../../app/session-context.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Proposals } from './proposals.tsx';
import { ReviewFacts } from './review-facts.tsx';
import { Use } from './use.tsx';

/** The page of one review. */
export default function ReviewPage({ id }: PageProps) {
  const answer = useAnswer<ReviewStory>(`/api/reviews/${encodeURIComponent(id)}`);
  const { value: review, failure, reload } = answer;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={`Review of ${id}`}
        description="Does it still need what it may do? Whoever confirms vouches for it."
        actions={review !== undefined && <Confirm review={review} onDone={reload} />}
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      {answer.isLoading && <Loading what="the review" />}
      {review !== undefined && (
        <SpaceBetween size="l">
          {review.overdue && (
            <Alert type="error" header={`The review was due by ${review.agent.reviewBy}`}>
              New grants are refused until it is confirmed; leases that run end by themselves.
            </Alert>
          )}
          <ReviewFacts review={review} />
          <Use review={review} />
          <Proposals review={review} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function Confirm({ review: { agent, reviewDigest }, onDone }: { review: ReviewStory; onDone: () => void }) {
  const { me } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (agent.status === 'retired' || !mayAct(me, 'review.confirm', agent.owner)) return null;
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Confirm the review
      </Button>
      {isOpen && (
        <ConfirmDialog
          agent={agent.id}
          reviewDigest={reviewDigest}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            onDone();
          }}
        />
      )}
    </>
  );
}
