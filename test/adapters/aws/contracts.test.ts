// The AWS adapters on an embedded DynamoDB.

import { everyStoreContract } from '../../contracts/every-store.ts';
import { startTables } from '../../support/tables.ts';

everyStoreContract('dynalite', startTables);
