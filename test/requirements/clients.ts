// What the client library and the command line must do; each id is cited by a test.

export const requirements = {
  'CLIENT-1':
    'A new request is a token exchange with one remit_task; a renewal sends grant id and handle instead.',
  'CLIENT-2': 'Every try shows a fresh assertion, and all tries of a new request carry one Idempotency-Key.',
  'CLIENT-3':
    'Tries are bounded, wait at least as long as Retry-After says, and only follow failures that may pass.',
  'CLIENT-4': 'An answer of another shape is a clear error, never half a credential.',
  'CLIENT-5': 'An assertion leaves the machine over https only, and never follows a redirect.',
  'CLIENT-6': 'A lease is answered from memory and renewed once, at half its life, however many ask.',
  'CLIENT-7': 'A live lease goes on being served while the broker is away.',
  'CLIENT-8': 'Closing completes the grant and tries until that is known or the lease is over.',
  'CLIENT-9':
    'A grant at its longest duration is asked for anew; one that was killed or completed stays ended.',
  'CLIENT-10': 'The credentials endpoint answers only with its token, under its own Host, and no web page.',
  'CLIENT-11': 'A key is proven where the task demands it and where the platform repeats its assertions.',
  'CLIENT-12': 'Assertion sources are found in one documented order, without asking the network.',
  'CLIENT-13': 'An assertion for another audience, or an expired one, is told before it is sent.',
  'CLIENT-14': 'An idle client lets its lease lapse instead of renewing it.',
  'CLIENT-15': 'While people decide, polls keep the pace that the broker asks for.',
  'CLIENT-16': 'No token, handle or credential appears in an error.',
  'CLI-1': 'exec gives its command the task and no other way to AWS credentials.',
  'CLI-2': 'exec passes the exit code on, 128 + n for a signal, and completes the grant in every case.',
  'CLI-3': 'Ctrl-C reaches the command, and then the grant is completed.',
  'CLI-4': 'serve answers until it is stopped, completes then, and leaves no token behind.',
  'CLI-5': 'A taken port and a second serve of the same task are each told with the fix.',
  'CLI-6':
    'credentials speaks credential_process and costs one exchange per half lease, also when started in parallel.',
  'CLI-7': 'A broken kept grant is put away, said so, and replaced by a new one.',
  'CLI-8': 'credentials uses a running serve of the same task.',
  'CLI-9':
    'A failure is one sentence, its code, its fix, the request id and an exit code; never a stack trace.',
  'CLI-10': 'Parameters are sent as what they look like, and can be forced to be text.',
  'CLI-11': 'grants lists by agent, by task, or what is open, from an index and within the limit.',
  'CLI-12': 'explain shows ruling, policies, session policy and its size, and asks nobody.',
  'CLI-13': 'What is kept between calls is readable by its user only.',
  'CLI-14': 'complete ends a kept grant, and says until when a credential may still work.',
  'CLI-15': 'Every command has help with an example and a --json option.',
  'CLI-16': 'While people decide, a line says who is asked, how many agreed, the code and how long is left.',
  'CLI-17': 'Ctrl-C while people decide leaves the request waiting, and says how to come back to it.',
  'CLI-18': '--resume goes on with the request that was left waiting, also when they decided meanwhile.',
  'CLIENT-18': 'An approval whose first lease was lost on its way goes on with a renewal.',
  'CLIENT-19':
    'slow_down alone lengthens the pace, by what the broker tells and without a cap; no slow_down ends the waiting, also of who comes back.',
  'CLIENT-17': 'A pending answer tells who is asked; what is not plain text is left out.',
  'CLIENT-20':
    'Of a refused request the client names what is wrong with the purpose, which parameter and why, or what is stopped, as the broker tells it.',
  'CLI-19':
    'passkeys confirm sends person and code, signed for AWS with own credentials, and tells a refusal with its code.',
  'CLI-20':
    'approvals lists what waits and shows what exactly it would grant, after verifying the digest; it decides nothing.',
  'CLI-22':
    'Whoever asks again for what waits already is told which request waits; --resume says which it goes on with and which others are kept.',
  'CLI-26':
    'What is not there to be asked ends with exit code 4: broker, assertion source, tables, and local mode.',
  'CLI-27':
    'A name that there is not is told as such with its kind and the nearest there is, and never as an empty answer.',
  'CLI-25': 'An order that changes nothing says that it was so already, and one that waits says so before.',
  'CLI-21':
    'No text of agents or other people is obeyed by a terminal or hidden on it: in lines, JSON, CSV and failures.',
  'CLI-23':
    'On a terminal the line fits its width: groups and address are cut, never how long is left nor the code.',
  'CLI-24':
    'approvals show tells what is unusual about a request, and of an act that could be repeated within its lease so, with its idempotency.',
} as const;
