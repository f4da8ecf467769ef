// What could be taken away, and the change of the catalog's files that would do it: to copy or to download. Nothing is
// changed here; the catalog is changed by its own review.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { commandText } from '../../../src/core/review/command-text.ts';
import type { ProposalTold, ReviewStory } from '../../api/admin-answers.ts';
import { TextFile } from '../../parts/text-file.tsx';

/** Sentences, and the unified diff. */
export function Proposals({ review: { agent, proposals, loses, diff } }: { review: ReviewStory }) {
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${proposals.length})`} description="Proposed from what was not used.">
          What could be taken away
        </Header>
      }
    >
      <SpaceBetween size="m">
        {proposals.length === 0 && <Box color="text-body-secondary">Nothing is proposed.</Box>}
        <ul className="plain-list rows">
          {proposals.map((proposal) => (
            <li key={proposal.sentence}>
              <Proposal proposal={proposal} />
            </li>
          ))}
        </ul>
        {loses.length > 0 && (
          <Alert type="info">With all of it the agent could no longer do: {loses.join(', ')}.</Alert>
        )}
        {diff === undefined && proposals.length > 0 && (
          <Box color="text-body-secondary">
            As a patch of the catalog’s files: <span className="exact">remit reviews diff {agent.id}</span>
          </Box>
        )}
        {diff !== undefined && diff !== '' && (
          <TextFile
            title="The change of the catalog, as a unified diff"
            name={`review-${agent.id}.patch`}
            text={diff}
            type="text/x-diff"
            isDiff
          />
        )}
      </SpaceBetween>
    </Container>
  );
}

function Proposal({ proposal: { sentence, problem, command } }: { proposal: ProposalTold }) {
  return (
    <div>
      {sentence}
      {command !== undefined && <div className="exact">{commandText(command)}</div>}
      {problem !== undefined && (
        <Box variant="small" color="text-body-secondary" display="block">
          No patch: {problem}.
        </Box>
      )}
    </div>
  );
}
