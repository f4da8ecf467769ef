// The environment of a command under `remit exec`: AWS access to the task and nothing else. SDKs try static keys,
// profiles, web identity and instance roles too, some of them before the container endpoint, so all are taken away.

import { readFileSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../src/client/endpoint.ts';

/** Other ways to credentials, and the assertion itself: the command gets a lease, not the identity. */
const REMOVED = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_FILE',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'REMIT_ASSERTION',
];

type Environment = Readonly<Record<string, string | undefined>>;

/** What the command sees. `region` is --region; else the one of the environment or of the profile in use. */
export function childEnvironment(
  parent: Environment,
  endpoint: Pick<Endpoint, 'url' | 'token'>,
  region?: string,
): Record<string, string | undefined> {
  const chosen = region ?? regionOf(parent);
  const kept = Object.entries(parent).filter(([name]) => !REMOVED.includes(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: endpoint.token,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
    BOTO_CONFIG: devNull,
    // without a lease there must be no access, rather than that of the machine
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(chosen !== undefined && { AWS_REGION: chosen, AWS_DEFAULT_REGION: chosen }),
  };
}

function regionOf(parent: Environment): string | undefined {
  const told = parent['AWS_REGION'] || parent['AWS_DEFAULT_REGION'];
  if (told) return told;
  const profile = parent['AWS_PROFILE'] || parent['AWS_DEFAULT_PROFILE'] || 'default';
  return profileRegion(parent['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config'), profile);
}

/** `region` of a profile; the file itself is hidden from the command, because it may hold keys. */
function profileRegion(file: string, profile: string): string | undefined {
  let section = '';
  for (const line of linesOf(file)) {
    section = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)?.[1] ?? section;
    const region = /^\s*region\s*=\s*([A-Za-z0-9-]+)\s*$/.exec(line)?.[1];
    if (section === profile && region !== undefined) return region;
  }
  return undefined;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
