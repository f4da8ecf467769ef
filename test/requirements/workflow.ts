// The approval workflow: it times, tells and wakes, and can decide nothing.

export const requirements = {
  'WORKFLOW-1': 'No path of the state machine reaches Approved but by a wake and a row that says approved.',
  'WORKFLOW-2':
    'Every step has a timeout, is tried again, and hands over to a state that ends in a recorded outcome.',
  'WORKFLOW-3': 'The data of an execution is grant id, request digest, task token and waits; nothing else.',
} as const;
