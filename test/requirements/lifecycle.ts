// The life of an agent: registered, reviewed, transferred, suspended, retired.

export const requirements = {
  'LIFE-1':
    'An agent moves proposed → active ⇄ suspended → retired and in no other way; a retired one never moves again.',
  'LIFE-2': 'A registration claims its identities one by one, and a failed one leaves nothing bound.',
  'LIFE-3':
    'Of registrations that claim the same identity at once, one wins and the others leave nothing bound.',
  'LIFE-4': 'Agents registered at run time get only the groups that the catalog marks as assignable.',
  'LIFE-5':
    'A registration that broke off is finished by its repetition, and gives nothing until then; the same order once more changes nothing.',
  'LIFE-6':
    'Who did what, when and why is on the row, with the event of the same write; without a reason nothing is done.',
  'LIFE-7':
    'A review moves the review date by at most 90 days and records the reviewer, the reason and the evidence.',
  'LIFE-8': 'A sync leaves what people changed until the catalog changes, and the difference is shown.',
  'LIFE-9': 'Lists by status, by review date and by owner come from indexes, page by page.',
  'LIFE-10': 'A lookup takes one read of one item and one of four at most, however many agents there are.',
  'LIFE-11':
    'After a suspension or retirement has returned, no lease is handed over, in whatever order the steps happen.',
  'LIFE-12': 'A suspended or retired agent gets nothing, and its open grants have ended as killed.',
  'LIFE-13': 'The identities of a retired agent are not free for another.',
  'LIFE-14':
    'An update gains and gives up identities so that, wherever it breaks off, none works that the row does not name, and its repetition finishes it.',
  'LIFE-22':
    'Whoever registers or transfers an agent names an owner of exactly the people’s issuer, by a subject that is no e-mail address.',
  'LIFE-21':
    'An agent that was let act gets further groups or identities only by a signed act, also when it begins meanwhile; what takes away or rewords needs no signature.',
  'LIFE-23':
    'The review date of a catalog’s agent is at most 90 days ahead, 90 days from its first sync where the file says none, and moved by reviews and by another date in the file alone; the trail tells the latter.',
  'LIFE-24':
    'A review is confirmed as it was shown, over every channel, and the trail says whether somebody signed it.',
  'LIFE-25':
    'A registration, an owner or a review date that is refused is told which member and by which rule, and no value.',
  'LIFE-20':
    "An identity counts only as the agent's own row names it, with the claims that it says: people see and sign no less.",
} as const;
