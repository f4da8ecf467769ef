// The switch: end a grant, what an agent holds, a task, an issuer, or everything, now. What is stopped, and lifting it.

import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OverviewTold } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { KillForm } from './kill-form.tsx';
import { Kills } from './kills.tsx';
import { StopsOn } from './stops-on.tsx';

const ASK_EVERY_MS = 10_000;

/** The page. */
export default function StopPage() {
  const answer = useAnswer<OverviewTold>('/api/overview?days=7', ASK_EVERY_MS);
  const { value: overview, failure, reload } = answer;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="Stop"
        description="Ends access now, not at the end of a lease. Everything here needs a reason and is kept."
      />
      {failure !== undefined && <Failure failure={failure} onRetry={reload} />}
      <KillForm onDone={reload} />
      {answer.isLoading && <Loading what="what is stopped" />}
      {overview !== undefined && (
        <SpaceBetween size="l">
          <StopsOn stops={overview.now.stops} onDone={reload} />
          <Kills kills={overview.kills} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
