// The groups of an agent registered at run time: chosen from those that the catalog lets people give, typed where they
// are not known. What an agent has and nobody may give any more is shown, and can be left out.

import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import { groupsOf } from './registration.ts';

interface GroupsProps {
  /** Separated by commas. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Undefined: not known. */
  readonly assignable: readonly string[] | undefined;
}

/** The field. */
export function GroupsField({ value, onChange, assignable }: GroupsProps) {
  if (assignable === undefined)
    return <Input value={value} onChange={({ detail }) => onChange(detail.value)} />;
  const chosen = groupsOf({ groups: value });
  const all = [...new Set([...assignable, ...chosen])];
  if (all.length === 0)
    return <Box color="text-body-secondary">The catalog marks no group as assignable.</Box>;
  const option = (each: string) => ({ value: each, label: each });
  return (
    <Multiselect
      options={all.map(option)}
      selectedOptions={chosen.map(option)}
      placeholder="none"
      deselectAriaLabel={({ label = '' }) => `Leave out ${label}`}
      onChange={({ detail }) => onChange(detail.selectedOptions.map((each) => each.value ?? '').join(', '))}
    />
  );
}
