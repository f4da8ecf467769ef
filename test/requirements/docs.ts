// What the documentation must be.

export const requirements = {
  'DOCS-1': 'The page of refusals is the catalogue of refusals.',
  'DOCS-2': 'Every time, size and limit in the code is told, with its value and its file.',
  'DOCS-3': 'Links in the documentation lead somewhere.',
  'DOCS-4': 'Commands that the documentation names exist.',
  'DOCS-5': 'The page about deploying tells the duty of every function of the stack.',
  'DOCS-6':
    'Every order in a runbook can be given as it is written: its subcommand, arguments and options exist.',
  'DOCS-7':
    'The security model has a row for every function of the stack, and says of each what its policies let it write.',
} as const;
