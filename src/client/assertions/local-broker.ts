// `remit dev`: the local demo issuer signs for the agent that REMIT_AGENT (--agent) names. Only ever asked on
// loopback, so that a real broker is never taken for it.

import { isLoopback } from '../transport.ts';
import { askPlatform, memberOf } from './platform-request.ts';
import { requireVariable, type SourceKind, unavailable } from './source.ts';

const SOURCE = 'The local demo issuer';
const FIX = 'start local mode with remit dev, and name an agent of its catalog with --agent (REMIT_AGENT)';

const MOST_CHARACTERS = 600;

/** `REMIT_AGENT` and a broker on loopback. */
export const localBrokerKind: SourceKind = {
  id: 'local',
  applies: (around) => Boolean(around.env['REMIT_AGENT']) && isLoopback(new URL(around.broker)),
  open: (around) => {
    const agent = requireVariable(around, 'REMIT_AGENT', 'local');
    const url = new URL(`${around.broker}/dev/assertion`);
    if (!isLoopback(url))
      throw unavailable('The assertion source "local" works with a broker on this machine only.');
    url.searchParams.set('agent', agent);
    return {
      name: 'the local demo issuer',
      repeats: false,
      choosesAudience: false,
      fetch: async () =>
        tokenIn(await askPlatform(around, { source: SOURCE, url, fix: FIX, reasonIn: unknownAgent })),
    };
  },
};

/** It names the agents that there are; printable and short, whatever listens there. */
function unknownAgent(status: number, text: string): string | undefined {
  if (status !== 404) return undefined;
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    if (typeof error !== 'string' || !/^[ -~]+$/.test(error)) return undefined;
    const sentence = error.length > MOST_CHARACTERS ? `${error.slice(0, MOST_CHARACTERS)}…` : error;
    return `does not attest it: ${sentence}`;
  } catch {
    return undefined;
  }
}

/** The answer is the token, as text or as `{"assertion": …}`. */
function tokenIn(text: string): string {
  return text.trimStart().startsWith('{') ? memberOf(text, 'assertion', SOURCE) : text.trim();
}
