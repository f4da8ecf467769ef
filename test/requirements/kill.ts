// Killing: at once, as far as AWS lets anybody, and honest about how far that is.

export const requirements = {
  'KILL-1':
    'A grant, an agent, a task, an issuer or everything can be killed; what is open in the scope ends as killed, with person and reason.',
  'KILL-2': 'A switch that is on is obeyed by every exchange and renewal, without a further AWS call.',
  'KILL-3': 'A switch can be lifted; what it ended stays ended.',
  'KILL-4': 'The kill list holds only leases that outlive the propagation of IAM.',
  'KILL-5':
    'Rendering a kill list is idempotent and does not depend on order, and no live entry is ever dropped.',
  'KILL-6':
    'A kill list fits beside the longest ceiling; past its capacity every session of the role that is as old as the last kill is denied, and this is said.',
  'KILL-7': 'Concurrent kills lose no entry.',
  'KILL-8':
    'The writer reads back what it wrote, leaves no policy without entries, and repairs what differs.',
  'KILL-9': 'A throttled IAM is tried again and loses nothing.',
  'KILL-10': 'A kill is settled with the time until everything was dead, once that can be told.',
  'KILL-12':
    'The answer to a kill tells how many leases go on, until when at the latest, and when others are denied too.',
  'KILL-13':
    'A lease that outlives its grant is killed with its agent, task, issuer or with everything: completing a grant does not keep a lease from the kill list.',
  'KILL-14':
    'A kill that breaks off anywhere is never told dead before its last lease is, and whoever goes on keeps its leases on kill lists.',
  'KILL-15':
    'A kill ends what was asked for before it, whenever that is found, and nothing that was asked for once people had given it back.',
  'KILL-16': 'An issuer is stopped and lifted by its name in the catalog as by its address.',
  'KILL-17': 'A role that is gone is told as such, and holds up no kill.',
  'KILL-18':
    'Messages of one role come one at a time, in order, and none is folded into an earlier one; one that comes twice is harmless.',
  'KILL-19':
    'How many grants a kill has ended is counted to the last, or told as the least: never as all of them when some were not counted.',
  'KILL-20':
    'A kill list holds however many leases are killed: its row is of bounded size, and what finds no place there is denied by age.',
  'KILL-21':
    'A switch is lifted only as it was seen: what somebody stops meanwhile stays stopped. A kill is settled once, also by runs that overlap.',
  'KILL-22': 'A grant that cannot be ended keeps no other from being ended, and is told.',
  'KILL-23':
    'The schedule compares each kill list that has entries with IAM every minute, and one without every hour.',
  'KILL-24':
    'The time until dead of each kill is a metric and on the dashboard, p50 and p95 by what was killed; a kill that took long is an alarm.',
  'KILL-25':
    'Who stopped a task, an issuer or everything, and why, stays on record until it is lifted; who stops it again is told, their kill is done, and the trail has both.',
  'KILL-34':
    'Kill lists reach the task roles of every account that the catalog names; where an account does not let the writer in, grants end all the same, other lists are written, and the killer is told until when leases live there.',
  'KILL-35':
    'An account that does not let the writer of kill lists in raises an alarm before anybody is killed there.',
  'KILL-36':
    'The writer of kill lists gets into another account by one role that trusts its exact role alone, and can do there what it can do at home.',
  'KILL-37':
    'What is open in the scope of a kill is ended whatever clocks say of when it was asked for, until people give the scope back; a lease kept by completing meanwhile is told.',
  'KILL-27':
    'No kill list keeps a task role from being deleted with its stack or its task: lists are taken away before, in bounded time, and what is gone or not to be had fails nothing.',
  'KILL-28':
    'A list that was taken away before its role is deleted does not come back; until then killed leases stay denied.',
  'KILL-38':
    'Kills are listed with the latest order first; of one that met no lease nothing is said to be waited for.',
  'KILL-11': 'What is not there cannot be killed, and without a reason nothing is.',
} as const;
