// One request with everything. Nothing of it is shown, and nothing can be decided, before the browser has verified
// that the facts have the digest that would be signed.

import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import type { RequestView } from '../../api/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import type { PageProps } from '../../app/pages.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { FactsDiffer, type VerifiedFacts, verifyFacts } from '../../passkey/facts.ts';
import { VerifiedRequest } from './verified-request.tsx';

const ASK_EVERY_MS = 15_000;

type Verification = VerifiedFacts | FactsDiffer;

/** The page of one request. */
export default function Approval({ id }: PageProps) {
  const answer = useAnswer<RequestView>(`/api/approvals/${encodeURIComponent(id)}`, ASK_EVERY_MS);
  const verification = useVerification(answer.value, id);
  const { value: view } = answer;
  if (view !== undefined && verification !== undefined && !(verification instanceof FactsDiffer))
    return (
      <VerifiedRequest view={view} verified={verification} failure={answer.failure} reload={answer.reload} />
    );
  return (
    <SpaceBetween size="l">
      <PageHeading title="Request" />
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {answer.failure === undefined && verification === undefined && <Loading what="the request" />}
      {verification instanceof FactsDiffer && <Differs problem={verification} />}
    </SpaceBetween>
  );
}

function Differs({ problem }: { problem: FactsDiffer }) {
  return (
    <div role="alert">
      <Alert type="error" header="This request cannot be decided here">
        {problem.message} What the server shows is not what would be signed, so it is not shown. Tell an
        administrator, and do not decide it elsewhere.
      </Alert>
    </div>
  );
}

function useVerification(view: RequestView | undefined, id: string): Verification | undefined {
  const [done, setDone] = useState<{ facts: string; digest: string; result: Verification }>();
  const facts = view?.facts;
  const requestDigest = view?.requestDigest;
  useEffect(() => {
    if (facts === undefined || requestDigest === undefined) return;
    const isCurrent = { now: true };
    verifyFacts({ facts, requestDigest }, id)
      .catch((error: unknown) => {
        if (error instanceof FactsDiffer) return error;
        return new FactsDiffer('The facts could not be verified.', { cause: error });
      })
      .then((result) => {
        if (isCurrent.now) setDone({ facts, digest: requestDigest, result });
      });
    return () => {
      isCurrent.now = false;
    };
  }, [facts, requestDigest, id]);
  // a result counts for the very text it was made from
  return done !== undefined && done.facts === facts && done.digest === requestDigest
    ? done.result
    : undefined;
}
