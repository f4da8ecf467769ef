// The stack's functions in this process: the real handlers, each with its environment from the template and with
// credentials of its own role, so that the least privilege we deploy is the least privilege we run on here.

import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import {
  type GrantsEnv,
  grantsEnv,
  type MetadataEnv,
  metadataEnv,
  type RegistrySyncEnv,
  readEnv,
  registrySyncEnv,
  type SweeperEnv,
  sweeperEnv,
  type TokenEnv,
  tokenEnv,
} from '../../config/env.ts';
import type { LeaseCredentials } from '../../core/model.ts';
import type { World } from '../aws/world.ts';
import type { GatewayRoute } from './gateway.ts';
import type { Plane } from './plane/plane.ts';
import type { FunctionDeclaration, StackDeclarations } from './template/read-stack.ts';

type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>;

/** The `build…` functions of lambda/, handed in by the command line so that adapters depend on no entry point. */
export interface FunctionBuilders {
  token(env: TokenEnv, world: World): HttpHandler;
  grants(env: GrantsEnv, world: World): HttpHandler;
  metadata(env: MetadataEnv, world: World): HttpHandler;
  sweeper(env: SweeperEnv, world: World): (event: unknown) => Promise<unknown>;
  registrySync(env: RegistrySyncEnv, world: World): (event: { RequestType: 'Create' }) => Promise<unknown>;
}

/** The handlers that local mode calls. */
export interface LocalFunctions {
  /** The routes of the stack's HTTP API, each with the handler of its function. */
  readonly routes: readonly GatewayRoute[];
  /** Name of the grant table. */
  readonly grantsTable: string;
  sweep(): Promise<unknown>;
  syncRegistry(): Promise<unknown>;
}

export interface FunctionOptions {
  readonly builders: FunctionBuilders;
  readonly declarations: StackDeclarations;
  readonly plane: Plane;
  /** What all functions have in common: endpoint, region, clock, catalog. */
  readonly world: World;
  readonly brokerUrl: string;
}

/** Builds the handlers. @throws Error when the template lacks one of the functions, its role or a variable. */
export function buildFunctions({
  builders,
  declarations,
  plane,
  world,
  brokerUrl,
}: FunctionOptions): LocalFunctions {
  // what only exists after a deployment; the catalog is handed over in the world
  const known = { BROKER_URL: brokerUrl, CATALOG_FILE: 'in-memory' };
  const start = (name: FunctionName) => {
    const declared = findFunction(declarations.functions, name);
    return {
      name: declared.name,
      env: { ...declared.environment, ...known },
      world: { ...world, credentials: roleCredentials(plane, declared) },
    };
  };
  const token = start('token');
  const grants = start('grants');
  const metadata = start('metadata');
  const sweeper = start('sweeper');
  const sync = start('registry-sync');
  const sweep = builders.sweeper(readEnv(sweeperEnv, sweeper.env), sweeper.world);
  const syncRegistry = builders.registrySync(readEnv(registrySyncEnv, sync.env), sync.world);
  const handlers = new Map([
    [token.name, builders.token(readEnv(tokenEnv, token.env), token.world)],
    [grants.name, builders.grants(readEnv(grantsEnv, grants.env), grants.world)],
    [metadata.name, builders.metadata(readEnv(metadataEnv, metadata.env), metadata.world)],
  ]);
  return {
    routes: declarations.routes.map(({ routeKey, functionName }) => {
      const handler = handlers.get(functionName);
      if (handler === undefined)
        throw new Error(`local mode has no handler for ${routeKey} (${functionName})`);
      return { routeKey, handler };
    }),
    grantsTable: readEnv(grantsEnv, grants.env).GRANTS_TABLE,
    sweep: () => sweep({}),
    syncRegistry: () => syncRegistry({ RequestType: 'Create' }),
  };
}

/** Names of the entry files in lambda/. */
type FunctionName = 'token' | 'grants' | 'metadata' | 'sweeper' | 'registry-sync';

/** Functions are named `<prefix>-<entry>` (lib/constructs/remit-function.ts). */
function findFunction(functions: readonly FunctionDeclaration[], entry: FunctionName): FunctionDeclaration {
  const found = functions.filter(({ name }) => name.endsWith(`-${entry}`));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`the template has ${found.length} functions for lambda/${entry}.ts`);
  return only;
}

const FUNCTION_DAYS = 30;

/** Credentials as the Lambda service gives them to a function: a session of its role. */
function roleCredentials(plane: Plane, declared: FunctionDeclaration): LeaseCredentials {
  const role = plane.roles.find(declared.roleArn);
  if (role === undefined) throw new Error(`the template has no role ${declared.roleArn}`);
  const issuedAt = plane.clock();
  return plane.sessions.issue({
    kind: 'role',
    role,
    name: declared.name.slice(0, 64),
    sourceIdentity: undefined,
    tags: {},
    sessionPolicy: undefined,
    scopeDown: [],
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + FUNCTION_DAYS * 24 * 3600 * 1000),
  });
}
