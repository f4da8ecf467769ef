// Every store's contract on one engine of DynamoDB's protocol.

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
} from '../support/stores.ts';
import type { Tables } from '../support/tables.ts';
import { actStoreContract } from './act-store.ts';
import { budgetStoreContract } from './budget-store.ts';
import { decisionStoreContract } from './decision-store.ts';
import { evidenceStoreContract } from './evidence-store.ts';
import { findingStoreContract } from './finding-store.ts';
import { grantStoreContract } from './grant-store.ts';
import { peopleStoreContract } from './people-store.ts';
import { registryContract } from './registry.ts';
import { replayLedgerContract } from './replay-ledger.ts';

/** @param start empty tables on that engine */
export function everyStoreContract(engine: string, start: () => Promise<Tables>): void {
  grantStoreContract(engine, async () => grantStoreOn(await start()));
  replayLedgerContract(engine, async () => replayLedgerOn(await start()));
  registryContract(engine, async () => registryOn(await start()));
  decisionStoreContract(engine, async () => decisionStoreOn(await start()));
  evidenceStoreContract(engine, async () => evidenceStoreOn(await start()));
  findingStoreContract(engine, async () => findingStoreOn(await start()));
  peopleStoreContract(engine, async () => peopleStoreOn(await start()));
  actStoreContract(engine, async () => actStoreOn(await start()));
  budgetStoreContract(engine, async () => budgetStoreOn(await start()));
}
