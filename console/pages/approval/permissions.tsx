// What the session policy of a lease allows, from the signed facts, and what its Deny statements take away.

import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { duration } from '../../parts/date-text.tsx';
import type { FactStatement, Facts } from '../../passkey/facts.ts';

/** Allows first, then in words what is denied whatever else allows it. */
export function Permissions({ facts }: { facts: Facts }) {
  return (
    <SpaceBetween size="m">
      {facts.permissions.map((statement) => (
        <Statement key={JSON.stringify(statement)} statement={statement} />
      ))}
      <div>
        <Box variant="awsui-key-label">Denied explicitly, whatever any other policy allows</Box>
        <ul>
          <li>
            these actions on every other resource, where a parameter narrows them (a Deny with NotResource);
          </li>
          <li>every action once the lease is over: {duration(facts.duration.lease)} after it was made;</li>
          <li>everything that is not named above: the task’s role has a Deny around it.</li>
        </ul>
      </div>
    </SpaceBetween>
  );
}

function Statement({ statement }: { statement: FactStatement }) {
  const { Effect: _, Action, Resource, Condition, ...others } = statement;
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key} = ${listOf(values).join(' or ')}`),
  );
  return (
    <div>
      <Box variant="awsui-key-label">Allowed actions</Box>
      <Lines texts={listOf(Action)} />
      <Box variant="awsui-key-label">on these resources only</Box>
      <Lines texts={listOf(Resource)} />
      {conditions.length > 0 && <Box variant="awsui-key-label">if</Box>}
      <Lines texts={conditions} />
      {Object.keys(others).length > 0 && <Lines texts={[JSON.stringify(others)]} />}
    </div>
  );
}

function Lines({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul>
      {texts.map((text) => (
        <li key={text} className="exact">
          {text}
        </li>
      ))}
    </ul>
  );
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
