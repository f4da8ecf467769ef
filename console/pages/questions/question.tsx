// One question: its values, and its answer as a table. Values are in the address, so that an answer can be linked to.

import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerTold, QuestionsTold, QuestionTold } from '../../api/admin-answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import type { PageProps } from '../../app/pages.ts';
import { readRoute, useHash } from '../../app/route.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { AnswerTable } from './answer-table.tsx';
import { QuestionForm } from './question-form.tsx';

/** The page of one question. */
export default function QuestionPage({ id }: PageProps) {
  const listed = useAnswer<QuestionsTold>('/api/questions');
  const question = listed.value?.questions.find(({ name }) => name === id);
  const isUnknown = listed.value !== undefined && question === undefined;
  return (
    <SpaceBetween size="l">
      <PageHeading
        title={question?.sentence ?? (isUnknown ? 'There is no such question' : 'Question')}
        description={<span className="exact">remit ask {id}</span>}
      />
      {listed.failure !== undefined && <Failure failure={listed.failure} onRetry={listed.reload} />}
      {listed.isLoading && <Loading what="the question" />}
      {question !== undefined && <Asked question={question} />}
    </SpaceBetween>
  );
}

function Asked({ question }: { question: QuestionTold }) {
  const hash = useHash();
  const { query } = readRoute(hash);
  const given = question.parameters.flatMap(({ name }) => {
    const value = query.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  const isWhole = question.parameters.every(
    ({ name, required }) => !required || given.some(([each]) => each === name),
  );
  const asked = `/api/questions/${encodeURIComponent(question.name)}?${new URLSearchParams(given.map(([name, value]) => [name, value]))}`;
  const answer = useAnswer<AnswerTold>(isWhole ? asked : undefined);
  return (
    <SpaceBetween size="l">
      {question.parameters.length > 0 && (
        <QuestionForm
          key={hash}
          question={question}
          given={Object.fromEntries(given)}
          reload={answer.reload}
        />
      )}
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {answer.isLoading && <Loading what="the answer" />}
      {answer.value !== undefined && (
        <AnswerTable question={question} answer={answer.value} reload={answer.reload} />
      )}
    </SpaceBetween>
  );
}
