// What the questions of security teams must do.

export const requirements = {
  'ASK-1': 'Who holds what now: open grants, and leases of ended grants that still work.',
  'ASK-2': 'What an agent did between two times, from the trail where there is one, and it says from what.',
  'ASK-3': 'Who could do a task and why, exactly with values, and never a guess without them.',
  'ASK-4': 'Who approved what, person by person.',
  'ASK-5': 'Grants that could touch a resource, by the permissions of their task and values.',
  'ASK-6': 'Refusals by agent and code, and plainly nothing known without a trail.',
  'ASK-7': 'Agents without use.',
  'ASK-8': 'Overdue reviews, not those that are in time.',
  'ASK-9': 'The blast radius of an agent or an issuer: every task, role, action and resource.',
  'ASK-10': 'A list that was cut says so.',
  'ASK-11': 'What does not fit a question is refused.',
  'ASK-12': 'Each question is one command, as a table, JSON and CSV without formulas.',
  'ASK-13': 'Two patterns meet exactly when some text matches both.',
  'ASK-14': 'The console makes its forms from the list of questions: names, kinds, what is required.',
  'ASK-15': 'Questions and the trail are for viewers; deciding on requests opens neither.',
  'ASK-16': 'A search of the trail gives every matching record once, the newest first, page by page.',
  'ASK-19': 'A search looks through no day before the archive or after now, however far a question reaches.',
  'ASK-18': 'CSV stays one cell a cell and text a text, in spreadsheets of every region.',
  'ASK-20':
    'A question that walks through agents goes on where it stopped, until each was looked at once, and takes no cursor that was made up.',
  'ASK-17': 'What would take too long ends in time, says so, and a search goes on where it stopped.',
} as const;
