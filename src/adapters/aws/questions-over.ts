// The ports of the questions that security teams ask, over the tables: for the command line and for the people's API.

import type { QuestionsEnv } from '../../config/env.ts';
import type { TrailReader } from '../../core/audit/ports.ts';
import { createAuthorizer } from '../../core/authorize/authorizer.ts';
import type { Place } from '../../core/deps.ts';
import type { Catalog } from '../../core/model.ts';
import type { QuestionPorts } from '../../core/questions/question.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import type { QuestionsDeps } from '../http/people/questions.ts';
import { createAgentBook } from './agents-table.ts';
import { createGrantStore } from './grants-table.ts';
import { trailOf } from './trail-of.ts';
import { clockOf, documentClient, type World } from './world.ts';

/** Where answers are read. */
export interface QuestionSource {
  /** Names of the tables. */
  readonly tables: { readonly grants: string; readonly registry: string };
  readonly catalog: Catalog;
  readonly place: Place;
  readonly trail?: TrailReader;
}

/** Reads, and nothing else. */
export function questionPortsOver(source: QuestionSource, world: World): QuestionPorts {
  const { tables, catalog, place, trail } = source;
  const client = documentClient(world);
  return {
    catalog,
    authorizer: createAuthorizer(catalog),
    agents: createAgentBook({ client, table: tables.registry }),
    grants: createGrantStore({ client, table: tables.grants }),
    ...(trail && { trail }),
    place,
    clock: clockOf(world),
  };
}

/** What the routes of questions and of the trail need. */
export function questionsOver(env: QuestionsEnv, world: World): QuestionsDeps {
  const source = {
    tables: { grants: env.GRANTS_TABLE, registry: env.REGISTRY_TABLE },
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
    ...trailOf(env, world),
  };
  return { issuer: env.PEOPLE_ISSUER, ports: questionPortsOver(source, world) };
}
