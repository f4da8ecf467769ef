// What budgets of agents and tasks must do.

export const requirements = {
  'BUDGET-1':
    'Within any hour an agent begins no more grants than its budgets say, in any order, with clocks apart.',
  'BUDGET-2': 'Within any day the values of a parameter add up to no more than the budget says.',
  'BUDGET-3': 'At no time can leases of more grants be in hand than the budgets say.',
  'BUDGET-4': 'A refusal says which budget, and after the seconds that it says there is room.',
  'BUDGET-5':
    'A place is free once its grant has ended and its last lease is over; a crash keeps none for long.',
  'BUDGET-6': 'One request counts once, however often it is sent.',
  'BUDGET-7': 'Where no budget applies nothing more is read or written.',
  'BUDGET-8':
    'What people approve counts when it is redeemed; what could not be in time is refused before they are asked.',
  'BUDGET-9': 'A request without room leaves no row, mints nothing and does not use up a bound assertion.',
  'BUDGET-10': 'Each agent has the budget of a task for itself.',
  'BUDGET-11': 'The catalog check refuses budgets that cannot be kept or that let nobody through.',
  'BUDGET-12': 'The row of an agent is written only as it was seen.',
  'BUDGET-13': 'A client waits a short time by itself, and says of a long one when to try again.',
  'BUDGET-14': 'A row of a budget that does not read back refuses.',
  'BUDGET-15':
    'A budget of an agent comes and goes with its entry in the catalog; one registered at run time may have one.',
  'BUDGET-16': 'A row stays small, and what is kept less finely never counts for less.',
} as const;
