// What a request would use of the budgets of its agent and task: the mint counts again, this is to help who decides.

import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { budgetName, shareInWords } from '../../../src/core/budget/words.ts';
import type { RequestView } from '../../api/answers.ts';

/** A line for each budget; nothing where there is none. */
export function BudgetShares({ budgets }: Pick<RequestView, 'budgets'>) {
  if (budgets === undefined || budgets === 'unreadable')
    return (
      <StatusIndicator type="warning">
        What is used of the agent’s budgets cannot be read now: it may be too much when it is redeemed.
      </StatusIndicator>
    );
  if (budgets.length === 0) return null;
  return (
    <KeyValuePairs
      columns={3}
      items={budgets.map((share) => {
        const { task, used, most, wants } = share;
        const words = capitalized(shareInWords(share));
        return {
          label: `Budget of ${task ?? 'the agent'}: ${budgetName(share)}`,
          value: wants <= most - used ? words : <StatusIndicator type="warning">{words}</StatusIndicator>,
        };
      })}
    />
  );
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
