// What a function that verifies people reads from its environment, for tests and the benchmark.

/** The variables of approvals of the token function, already read. */
export const peopleEnvironment = {
  PEOPLE_ISSUER: {
    issuer: 'https://people.acme.dev',
    audience: 'remit-console',
    groupsClaim: 'groups',
    algorithms: ['ES256' as const],
    roles: {
      viewer: ['remit-viewers'],
      operator: ['remit-operators'],
      administrator: ['remit-administrators'],
    },
  },
  CONSOLE_ORIGIN: 'https://console.acme.dev',
  PEOPLE_TABLE: 'people',
  OUTBOX_TABLE: 'outbox',
  EVIDENCE_TABLE: 'evidence',
  FINDINGS_TABLE: 'findings',
  WORKFLOW_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:remit-approvals',
};
