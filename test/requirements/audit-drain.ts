// What the drain of the audit trail in AWS must do.

export const requirements = {
  'AUDIT-30': 'Checkpoints are signed by KMS over the bytes that are archived, as verification reads them.',
  'AUDIT-31': 'An event that was told missing and comes after all is recorded, once.',
  'AUDIT-32':
    'Streams of all tables go into one trail, however often and in whatever order among themselves they come; of a row only its event.',
  'AUDIT-33':
    'A consumer that dies between any two steps and comes back loses nothing and repeats harmlessly.',
  'AUDIT-34':
    'A change that fails is named, so that what is before it is done and only the rest comes again.',
  'AUDIT-35':
    'What could not be taken waits in one queue, goes into the trail once by a redrive, and stays while it cannot.',
  'AUDIT-36': 'What a stream has forgotten is found again in its table, as far as rows still say it.',
  'AUDIT-37': 'Every record is told on the event bus at least once, in requests that it takes.',
  'AUDIT-38':
    'What is missing, contradictory or unreadable is counted so that no crash can swallow the alarm.',
  'AUDIT-39':
    'One function writes records and another checkpoints; no other touches the trail, and neither reads more of a table than events.',
  'AUDIT-40':
    'Only the function that makes checkpoints can sign them; no administrator can, nor hand the right on.',
  'AUDIT-41':
    'The archive is locked against change and deletion, in compliance mode where that is configured.',
  'AUDIT-42': 'The archive can be copied to another account, where its deletions do not reach.',
  'AUDIT-43': 'Athena answers the questions that the trail can answer, by days and shards.',
  'AUDIT-44': 'A function that counts refusals writes counters alone: it can make up no act.',
  'AUDIT-45': 'A range is proved only from a checkpoint before it on, or from number 1 on.',
  'AUDIT-46':
    'Each named query of the synthesized template runs on the objects that are written, and says what `remit ask` says.',
  'AUDIT-47': 'The partitions that Athena computes are those in which records are written, in every shard.',
  'AUDIT-48':
    'The first event of a grant names its resources by hashes, such that an ARN finds every grant that IAM would match.',
  'AUDIT-49': 'What an event could not name of them it counts, and no answer leaves its grant out.',
  'AUDIT-50':
    'The trail can be searched by the ARN of a resource, and a pattern is sent to the question that takes one.',
  'AUDIT-51':
    'A change that was set aside is known again, whoever brings it and whoever can read it by then: no contradiction is told.',
  'AUDIT-59':
    'A redrive and a rescan have a reason, and each is told in the trail with it and with what came of it.',
  'AUDIT-52':
    'A search that finds nothing says which of the names in it the trail does not have, and the nearest it has.',
  'AUDIT-61':
    'A search names who did each thing in a column of its own: the person who decided, the agent that asked.',
} as const;
