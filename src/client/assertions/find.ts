// Which assertion source this workload has. Found by variables and files, never by asking the network; what
// somebody said explicitly comes first, AWS last, because many machines hold some AWS credentials.

import { existsSync, readFileSync } from 'node:fs';
import { awsKind } from './aws.ts';
import { azureKind } from './azure.ts';
import { githubKind } from './github.ts';
import { gitlabKind } from './gitlab.ts';
import { fileKind, variableKind } from './given.ts';
import { googleKind } from './google.ts';
import { localBrokerKind } from './local-broker.ts';
import { kubernetesKind, spiffeKind } from './projected-file.ts';
import { type AssertionSource, type SourceKind, type Surroundings, unavailable } from './source.ts';

/** In the order in which they are tried. */
export const SOURCE_KINDS: readonly SourceKind[] = [
  variableKind,
  fileKind,
  localBrokerKind,
  githubKind,
  gitlabKind,
  kubernetesKind,
  spiffeKind,
  googleKind,
  azureKind,
  awsKind,
];

/** The one named by REMIT_ASSERTION_SOURCE, or the first that applies. @throws BrokerError when none does. */
export function findAssertionSource(around: Surroundings): AssertionSource {
  const named = around.env['REMIT_ASSERTION_SOURCE'];
  const kind = named ? kindNamed(named) : SOURCE_KINDS.find((candidate) => candidate.applies(around));
  if (kind !== undefined) return kind.open(around);
  throw unavailable('No workload assertion was found here.', {
    fix: 'locally give --agent (REMIT_AGENT) with remit dev; elsewhere see docs/clients.md for each platform',
  });
}

/** The process's own surroundings. */
export function surroundings(broker: string, env: Surroundings['env'] = process.env): Surroundings {
  return { env, broker, fetch, exists: existsSync, firstLine };
}

function kindNamed(id: string): SourceKind {
  const kind = SOURCE_KINDS.find((candidate) => candidate.id === id);
  if (kind !== undefined) return kind;
  const known = SOURCE_KINDS.map((candidate) => candidate.id).join(', ');
  throw unavailable(`There is no assertion source "${id}".`, {
    fix: `set REMIT_ASSERTION_SOURCE to one of: ${known}`,
  });
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0]?.trim() ?? '';
  } catch {
    return '';
  }
}
