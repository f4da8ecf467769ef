// How the code must be built.

export const requirements = {
  'ARCH-1': 'Dependencies point inward.',
  'ARCH-2': 'Files stay small.',
  'ARCH-3': 'Entry files stay thin.',
  'ARCH-4': 'Functions stay short.',
  'ARCH-5': 'Files are named for what they hold.',
  'ARCH-6': 'Every file opens with what it is for.',
  'ARCH-7': 'Exported names of the core are documented.',
  'ARCH-8': 'The core is pure.',
  'ARCH-9': 'No table is scanned, except when an operator orders a rescan for the audit trail.',
  'ARCH-10': 'Only the verifier makes a workload.',
} as const;
