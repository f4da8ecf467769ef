// A field for a name: typed as text, with what is known suggested. What is not suggested can be typed all the same; the
// API decides.

import Autosuggest from '@cloudscape-design/components/autosuggest';
import Input from '@cloudscape-design/components/input';

/** One value and what it is. */
export interface Suggestion {
  readonly value: string;
  readonly description?: string;
}

interface SuggestedProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly suggestions?: readonly Suggestion[];
  readonly placeholder?: string;
}

/** Plain text where nothing is known. */
export function Suggested({ value, onChange, suggestions = [], placeholder = '' }: SuggestedProps) {
  const common = { value, placeholder, ariaRequired: true };
  if (suggestions.length === 0)
    return <Input {...common} onChange={({ detail }) => onChange(detail.value)} />;
  return (
    <Autosuggest
      {...common}
      options={matching(suggestions, value)}
      filteringType="manual"
      hideEnteredTextOption
      clearAriaLabel="Clear"
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}

/** Nothing once the name is whole, or is none that is known: an open list would lie over the button below it. */
function matching(suggestions: readonly Suggestion[], typed: string): Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  if (suggestions.some(({ value }) => value === typed.trim())) return [];
  return suggestions.filter(({ value, description = '' }) =>
    `${value} ${description}`.toLowerCase().includes(wanted),
  );
}
