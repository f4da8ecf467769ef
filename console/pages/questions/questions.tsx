// The questions that security teams ask, as the API lists them.

import Container from '@cloudscape-design/components/container';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { QuestionsTold } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { hashOf } from '../../app/route.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Empty, Loading } from '../../parts/waiting.tsx';

/** The page. */
export default function Questions() {
  const answer = useAnswer<QuestionsTold>('/api/questions');
  const questions = answer.value?.questions;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="Questions"
        description="What security teams ask. Each is a command too: remit ask, with the same name and values."
      />
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {answer.isLoading && <Loading what="questions" />}
      {questions !== undefined && (
        <Container>
          {questions.length === 0 && <Empty title="No question can be asked" />}
          <ul className="plain-list rows">
            {questions.map(({ name, sentence }) => (
              <li key={name}>
                <Link href={hashOf(`/questions/${encodeURIComponent(name)}`)} fontSize="heading-s">
                  {sentence}
                </Link>
                <span className="exact">remit ask {name}</span>
              </li>
            ))}
          </ul>
        </Container>
      )}
    </SpaceBetween>
  );
}
