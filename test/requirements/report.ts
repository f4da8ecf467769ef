// What reports on frameworks must do.

export const requirements = {
  'REPORT-1':
    'Each control has its evidence, and the report fails when one fails or lacks what it must have.',
  'REPORT-2': 'Every check can fail: for each there is a world in which it does.',
  'REPORT-3': 'What cannot be observed is told as such, with the reason, and never as passed.',
  'REPORT-4':
    'What probes make is ended and what they stop is lifted; they take identities of local mode alone.',
  'REPORT-5': 'Policies are tried with random values of each task.',
  'REPORT-6':
    'A report is one command, as text, JSON and CSV, and its exit code says whether a control fails.',
  'REPORT-8':
    'The command of each check can be pasted as it is printed: it has no gap to fill in, and the command line takes it.',
  'REPORT-9':
    'In local mode a task, an issuer and the approval of an own request are probed too, and nothing of it stays.',
  'REPORT-7':
    'Each framework has every control that an access system can show something for, by the framework’s own ids.',
} as const;
