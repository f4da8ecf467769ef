// What the audit trail must do.

export const requirements = {
  'AUDIT-1':
    'Each event of a row is recorded exactly once, in the order of the row, whatever is delivered twice.',
  'AUDIT-2': 'Records are numbered without gaps and chained by hashes, one chain a shard.',
  'AUDIT-3':
    'A crash between any two steps loses nothing, repeats nothing and leaves one version of every object.',
  'AUDIT-4': 'Of sequencers that work on one shard at once, each batch is numbered by one.',
  'AUDIT-5': 'An event that is missing from its row is noticed and told in the trail.',
  'AUDIT-6': 'A change that cannot be read is set aside, told in the trail, and holds nothing up.',
  'AUDIT-7': 'What was set aside is recorded once when it comes back.',
  'AUDIT-8': 'A flood of refusals cannot fill the trail, and its size is told.',
  'AUDIT-10': 'An untouched trail verifies, whole or in a range, from a copy too.',
  'AUDIT-11':
    'Every way to alter, drop, add, move, duplicate or cut off records is found, with the first broken link.',
  'AUDIT-12': 'Checkpoints that are altered, left out or signed by another key are found.',
  'AUDIT-13': 'A tail that was cut off together with its checkpoints contradicts a checkpoint that was kept.',
  'AUDIT-14':
    'Checkpoints are numbered, chained and signed, one for all shards, also when two are made at once.',
  'AUDIT-15': 'The schemas of event and record are published as the code has them.',
  'AUDIT-16': 'A key that signs without a KMS lies in a private file; one that others may read is refused.',
  'AUDIT-17':
    'Local mode keeps one trail over its starts, private, without loss, and signs it at both ends of each run.',
  'AUDIT-18':
    'Of local modes that run at once each keeps a trail of its own; none goes on with what is not its own.',
  'AUDIT-19': 'Local mode tells every change of a row in its order, with its event alone.',
  'AUDIT-20':
    'In local mode every exchange, refusal, decision and order is in the trail, and no secret ever is.',
  'AUDIT-21': 'Each change of a passkey is told in the write that makes it: whose, which, and by whom.',
  'AUDIT-22': 'A refusal is told with its code, and with whom it was given to as far as that was verified.',
  'AUDIT-23':
    'A refusal that cannot be told is given all the same, unchanged and hardly later, and is counted.',
  'AUDIT-24':
    'The verification claims nothing that it has not proved: not of an empty trail, nor without a key.',
  'AUDIT-25': 'Operators find, prove and follow the trail by one command each, for people and for programs.',
  'AUDIT-26': 'One command has set aside events taken again, and says what is left.',
  'AUDIT-27': 'A copy from elsewhere is read as files of an archive and as nothing else.',
  'AUDIT-28':
    'Records that somebody without the key has added are found: in a shard of their own, dated back behind a chain, or where no checkpoint is.',
  'AUDIT-29': 'Only what was set aside comes back: an event that was planted in the queue is found.',
  'AUDIT-53': 'What a caller made up is told of a refusal only as far as people see all of it.',
  'AUDIT-54':
    'The end of a range is proved by the checkpoints after it: a tail that nothing signed on its own day is missed.',
  'AUDIT-55':
    'Every kind of act is told by an event of its own, which CloudEvents 1.0 and the published schemas hold good.',
  'AUDIT-58':
    'In AWS a change of a row without an event of its own is told, and so is a row that was made without one or deleted; what changes between two events by design, and what goes by its time to live, is not.',
  'AUDIT-57':
    'An archived object that was written over, or deleted, is a broken link, whoever chained and signed what stands there now; where versions cannot be read, the verification says so.',
  'AUDIT-60':
    'A batch is gone over once: what contradicts itself within one is told, and nothing is told again.',
  'AUDIT-56':
    'A row that begins anew under a key that was used before is told as such, with all its events, each under an id of its own; what is delivered twice is never taken for one.',
} as const;
