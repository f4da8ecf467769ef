// What a review shows, proposes and reminds of, and what is said of owners.

export const requirements = {
  'REVIEW-1':
    'A review shows what the agent may do by which policies, what it was granted and used, and what never.',
  'REVIEW-2': 'No proposal takes away a task that was asked for in the time looked at.',
  'REVIEW-3':
    'Each proposal takes away exactly the tasks it names, alone and together, as the authorizer rules.',
  'REVIEW-4':
    'The patch of a review applies, the catalog compiles with it, and comments and order stay as they were.',
  'REVIEW-5':
    'What was not read whole is not called unused, and nothing is proposed on it, nor for a new agent.',
  'REVIEW-6': 'A change that the files do not bear has no patch, and the reason is told.',
  'REVIEW-7':
    'remit reviews lists what is due as a table, JSON and CSV, shows one, prints a patch that applies, and sends confirmation to the console.',
  'REVIEW-8':
    'Each reminder of a review comes once: two weeks and three days before, on the day, and weekly when overdue.',
  'REVIEW-10':
    'Owners are told of reviews where people are told of approvals, programs by an event, local mode by a line.',
  'REVIEW-12': 'Nothing that somebody wrote of an owner becomes a link or markup of a notice.',
  'REVIEW-13': 'Local mode proposes no identity for removal, and says why; a deployment does.',
  'REVIEW-14':
    'In local mode the patch of a review is of the catalog that local mode serves; a missing one says of which.',
  'REVIEW-15': 'A command that is shown to be copied is one for a shell too, whatever an identity is called.',
  'REVIEW-9': 'A reminder that broke off or that no channel took comes later; it keeps no other from coming.',
  'REVIEW-11':
    'The report of owners tells who is not in the directory or did not confirm the last review, and what is not known.',
} as const;
