// The real Lambda entry points, for local mode: the command line is where they meet the local adapters.

import { buildGrants } from '../../lambda/grants.ts';
import { buildMetadata } from '../../lambda/metadata.ts';
import { buildRegistrySync } from '../../lambda/registry-sync.ts';
import { buildSweeper } from '../../lambda/sweeper.ts';
import { buildToken } from '../../lambda/token.ts';
import type { FunctionBuilders } from '../../src/adapters/local/functions.ts';

export const builders: FunctionBuilders = {
  token: buildToken,
  grants: buildGrants,
  metadata: buildMetadata,
  sweeper: buildSweeper,
  registrySync: buildRegistrySync,
};
