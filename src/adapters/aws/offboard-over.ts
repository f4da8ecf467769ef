// The ports of the maker of proofs over AWS: it reads what there is, writes its own rows, and signs with its own key.

import type { OffboardingEnv } from '../../config/env.ts';
import type { OffboardDeps, ProofKey } from '../../core/offboard/ports.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import { createAgentBook } from './agents-table.ts';
import { createGrantStore } from './grants-table.ts';
import { createKillLists } from './kill-tables.ts';
import { createKmsSigner, readKmsPublicKey } from './kms-signer.ts';
import { createProofBook } from './proofs-table.ts';
import { createRegistry } from './registry-table.ts';
import { clockOf, documentClient, kmsClient, type World } from './world.ts';

/** What the offboarding function needs. */
export function offboardOver(env: OffboardingEnv, world: World): OffboardDeps {
  const client = documentClient(world);
  const registry = { client, table: env.REGISTRY_TABLE };
  const place = world.endpoint === undefined ? 'aws' : 'local';
  return {
    agents: createAgentBook(registry),
    registry: createRegistry(registry),
    grants: createGrantStore({ client, table: env.GRANTS_TABLE }),
    lists: createKillLists(registry),
    proofs: createProofBook(registry),
    key: world.proofKey ?? kmsProofKey(env, world),
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    clock: clockOf(world),
    account: env.ROLE_ACCOUNT,
    deployment: `${place}:${env.ROLE_ACCOUNT}:${env.REGISTRY_TABLE}`,
    ...(world.probe && { probe: world.probe }),
  };
}

/** The public half is asked for once: a KMS key of this kind never changes. */
function kmsProofKey({ PROOF_KEY_ARN: keyId }: OffboardingEnv, world: World): ProofKey {
  const client = kmsClient(world);
  const { sign } = createKmsSigner({ client, keyId });
  let known: Promise<string> | undefined;
  return {
    sign,
    publicKey() {
      known ??= readKmsPublicKey({ client, keyId }).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
}
