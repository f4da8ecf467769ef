// What the drain of the audit trail in AWS must do.

export const requirements = {
  'AUDIT-30': 'Checkpoints are signed by KMS over the bytes that are archived, as verification reads them.',
} as const;
