// What an agent's row remembers of who did what to it and why.

import Box from '@cloudscape-design/components/box';
import type { AgentStory } from '../../api/admin-answers.ts';
import { DateText } from '../../parts/date-text.tsx';
import { PersonName } from '../../parts/names.tsx';

/** The newest first. */
export function Deeds({ deeds }: { deeds: AgentStory['story'] }) {
  if (deeds.length === 0)
    return <Box color="text-body-secondary">The catalog made it; nobody changed it.</Box>;
  return (
    <ol className="timeline">
      {deeds.map((deed) => (
        <li key={`${deed.at} ${deed.what}`}>
          <Box variant="strong">{deed.what}</Box> by <PersonName person={deed.by} />
          <Box variant="small" color="text-body-secondary" display="block">
            <DateText at={deed.at} />
          </Box>
          <blockquote className="agents-words">{deed.reason}</blockquote>
        </li>
      ))}
    </ol>
  );
}
