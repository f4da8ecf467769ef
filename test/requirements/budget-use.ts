// What people must see of budgets.

export const requirements = {
  'BUDGETUSE-1':
    'Of each budget of an agent and of its tasks it is told how much is used, of how much, and when it frees.',
  'BUDGETUSE-2':
    'Looking is one read of one row, which is never made or changed, by functions that can do no more.',
  'BUDGETUSE-3': 'A grant that is over holds no place in what is shown, as it holds none for a request.',
  'BUDGETUSE-4': 'A row that cannot be read is said to be unreadable, and everything else is shown.',
  'BUDGETUSE-5': 'Who decides on a request sees how much it would use of what is left.',
  'BUDGETUSE-6': 'The command and the page of an agent show it as a table and as named bars.',
} as const;
