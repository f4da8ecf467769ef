// A field for a name: typed as text, with what is known suggested. What is not suggested can be typed all the same; the
// API decides.

import Autosuggest from '@cloudscape-design/components/autosuggest';

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

/** One field whatever is known yet: another one in its place would take the focus from whoever types in it. */
export function Suggested({ value, onChange, suggestions = [], placeholder = '' }: SuggestedProps) {
  return (
    <Autosuggest
      value={value}
      placeholder={placeholder}
      ariaRequired
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
