// What the whole story of one agent must tell.

export const requirements = {
  'HISTORY-1':
    'Every event of the trail about the agent is told once, the newest first, in pages, from the first day of the trail.',
  'HISTORY-2': 'An entry says when, who, what in a sentence, and why, and names grant, evidence and record.',
  'HISTORY-3': 'What people did to the agent, or tried to, can be told alone.',
  'HISTORY-4':
    'The story is for viewers, operators and administrators, and a name that nobody has is told as such.',
  'HISTORY-5': 'The command shows the newest administrative entries, and the whole story when asked.',
  'HISTORY-6': 'The page shows it in pages with a filter; without the trail everything else is shown.',
} as const;
