// The AWS adapters on an embedded DynamoDB.

import { actStoreContract } from '../../contracts/act-store.ts';
import { budgetStoreContract } from '../../contracts/budget-store.ts';
import { decisionStoreContract } from '../../contracts/decision-store.ts';
import { evidenceStoreContract } from '../../contracts/evidence-store.ts';
import { findingStoreContract } from '../../contracts/finding-store.ts';
import { grantStoreContract } from '../../contracts/grant-store.ts';
import { peopleStoreContract } from '../../contracts/people-store.ts';
import { registryContract } from '../../contracts/registry.ts';
import { replayLedgerContract } from '../../contracts/replay-ledger.ts';
import {
  actStoreOn,
  budgetStoreOn,
  decisionStoreOn,
  evidenceStoreOn,
  findingStoreOn,
  grantStoreOn,
  peopleStoreOn,
  registryOn,
  replayLedgerOn,
} from '../../support/stores.ts';
import { startTables } from '../../support/tables.ts';

grantStoreContract('dynalite', async () => grantStoreOn(await startTables()));
replayLedgerContract('dynalite', async () => replayLedgerOn(await startTables()));
registryContract('dynalite', async () => registryOn(await startTables()));
decisionStoreContract('dynalite', async () => decisionStoreOn(await startTables()));
evidenceStoreContract('dynalite', async () => evidenceStoreOn(await startTables()));
findingStoreContract('dynalite', async () => findingStoreOn(await startTables()));
peopleStoreContract('dynalite', async () => peopleStoreOn(await startTables()));
budgetStoreContract('dynalite', async () => budgetStoreOn(await startTables()));
actStoreContract('dynalite', async () => actStoreOn(await startTables()));
