// The AWS adapters on an embedded DynamoDB.

import { grantStoreContract } from '../../contracts/grant-store.ts';
import { registryContract } from '../../contracts/registry.ts';
import { replayLedgerContract } from '../../contracts/replay-ledger.ts';
import { grantStoreOn, registryOn, replayLedgerOn } from '../../support/stores.ts';
import { startTables } from '../../support/tables.ts';

grantStoreContract('dynalite', async () => grantStoreOn(await startTables()));
replayLedgerContract('dynalite', async () => replayLedgerOn(await startTables()));
registryContract('dynalite', async () => registryOn(await startTables()));
