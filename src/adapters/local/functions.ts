// The stack's functions in this process: the real handlers, each with its environment from the template and with
// credentials of its own role, so that the least privilege we deploy is the least privilege we run on here.

import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import type { KillQueue } from '../../core/kill/ports.ts';
import type { LeaseCredentials, RoleArn } from '../../core/model.ts';
import type { ProofMaker } from '../../core/offboard/ports.ts';
import type { PeopleIssuer } from '../../core/people/person.ts';
import { readProofReply } from '../aws/proof-maker.ts';
import type { World } from '../aws/world.ts';
import type { GatewayRoute } from './gateway.ts';
import type { Plane } from './plane/plane.ts';
import type { FunctionDeclaration, StackDeclarations } from './template/read-stack.ts';
import type { WorkflowEvent } from './workflow.ts';

type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>;

/** Builds the handler of one entry from its variables, which it checks itself. */
export type Build<Handler> = (variables: Readonly<Record<string, string>>, world: World) => Handler;

/**
 * The `build…` functions of lambda/ by the names of their files, handed in by the command line so that adapters depend
 * on no entry point.
 */
export interface FunctionBuilders {
  /** Behind the HTTP API. */
  readonly http: Readonly<Record<string, Build<HttpHandler>>>;
  readonly sweeper: Build<(event: unknown) => Promise<unknown>>;
  readonly workflow: Build<(event: WorkflowEvent) => Promise<unknown>>;
  readonly registrySync: Build<(event: { RequestType: 'Create' }) => Promise<unknown>>;
  readonly admin: Build<HttpHandler>;
  readonly settle: Build<(event: unknown) => Promise<unknown>>;
  readonly remind: Build<(event: unknown) => Promise<unknown>>;
  readonly killList: Build<(event: { Records: { body: string }[] }) => Promise<unknown>>;
  readonly offboarding: Build<(event: { readonly agent: string }) => Promise<unknown>>;
}

/** The handlers that local mode calls. */
export interface LocalFunctions {
  /** The routes of the stack's HTTP API, each with the handler of its function. */
  readonly routes: readonly GatewayRoute[];
  /** Name of the grant table. */
  readonly grantsTable: string;
  /** Name of the table of agents. */
  readonly registryTable: string;
  /** Name of the table of findings. */
  readonly findingsTable: string | undefined;
  sweep(): Promise<unknown>;
  /** One step of an approval workflow. */
  runStep(event: WorkflowEvent): Promise<unknown>;
  /** The passkeys function invoked directly, past the HTTP API. */
  confirmPasskey(event: object): Promise<unknown>;
  syncRegistry(): Promise<unknown>;
  settle(): Promise<unknown>;
  /** Reminds of reviews. */
  remind(): Promise<unknown>;
  /** Orders of the person at the keyboard. */
  readonly admin: HttpHandler;
}

export interface FunctionOptions {
  readonly builders: FunctionBuilders;
  readonly declarations: StackDeclarations;
  readonly plane: Plane;
  /** What all functions have in common: endpoint, region, clock, catalog. */
  readonly world: World;
  readonly brokerUrl: string;
  readonly people: PeopleIssuer;
}

/** Builds the handlers. @throws Error when the template lacks one of the functions, its role or a variable. */
export function buildFunctions(given: FunctionOptions): LocalFunctions {
  const { builders, declarations } = given;
  const world = { ...given.world, killQueue: killQueueOf(given), proofs: startProofs(given) };
  const options = { ...given, world };
  const start = starter(options);
  const sweep = start('sweeper', builders.sweeper);
  const syncRegistry = start('registry-sync', builders.registrySync);
  const workflow = start('workflow', builders.workflow);
  const admin = start('admin', builders.admin);
  const settle = start('settle', builders.settle);
  const remind = start('remind', builders.remind);
  const handlers = new Map(
    Object.entries(builders.http).map(([entry, build]) => {
      const { name, handler } = start(entry, build);
      return [name, handler];
    }),
  );
  return {
    routes: declarations.routes.map(({ routeKey, functionName }) => {
      const handler = handlers.get(functionName);
      if (handler === undefined)
        throw new Error(`local mode has no handler for ${routeKey} (${functionName})`);
      return { routeKey, handler };
    }),
    grantsTable: requireVariable(findFunction(declarations.functions, 'grants'), 'GRANTS_TABLE'),
    registryTable: requireVariable(findFunction(declarations.functions, 'token'), 'REGISTRY_TABLE'),
    findingsTable: declarations.functions.find(({ environment }) => 'FINDINGS_TABLE' in environment)
      ?.environment['FINDINGS_TABLE'],
    confirmPasskey: async (event) => {
      const name = [...handlers.keys()].find((each) => each.endsWith('-passkeys'));
      return handlers.get(name ?? '')?.(event as APIGatewayProxyEventV2);
    },
    sweep: () => sweep.handler({}),
    runStep: async (event) => workflow.handler(event),
    syncRegistry: () => syncRegistry.handler({ RequestType: 'Create' }),
    admin: admin.handler,
    settle: () => settle.handler({}),
    remind: () => remind.handler({}),
  };
}

/** The maker of proofs, called as another function calls it: through JSON. */
function startProofs(options: FunctionOptions): ProofMaker {
  const { handler } = starter(options)('offboarding', options.builders.offboarding);
  return { ask: async (agent) => readProofReply(JSON.parse(JSON.stringify(await handler({ agent })))) };
}

/** The writer of kill lists behind a queue in this process: one run at a time. */
function killQueueOf(options: FunctionOptions): KillQueue {
  const { builders, world } = options;
  const killList = starter(options)('kill-list', builders.killList).handler;
  let last: Promise<unknown> = Promise.resolve();
  const send = async (role: RoleArn) => {
    const run = () => killList({ Records: [{ body: JSON.stringify({ role }) }] });
    // a run that fails comes again with the next settling
    last = last
      .then(run)
      .catch((error: unknown) => world.log?.({ operation: 'killList', failed: String(error) }));
    await last;
  };
  return { send };
}

/** Starts one function: its environment from the template, and credentials of its own role. */
function starter({ declarations, plane, world, brokerUrl, people }: FunctionOptions) {
  // what only exists after a deployment; the catalog is handed over in the world
  const known = {
    BROKER_URL: brokerUrl,
    CONSOLE_ORIGIN: brokerUrl,
    PEOPLE_ISSUER: JSON.stringify(people),
    CATALOG_FILE: 'in-memory',
  };
  return <Handler>(entry: string, build: Build<Handler>): { name: string; handler: Handler } => {
    const declared = findFunction(declarations.functions, entry);
    const credentials = roleCredentials(plane, declared);
    const variables = { ...declared.environment, ...known };
    return { name: declared.name, handler: build(variables, { ...world, credentials }) };
  };
}

/** Functions are named `<prefix>-<entry>` (lib/constructs/remit-function.ts). */
function findFunction(functions: readonly FunctionDeclaration[], entry: string): FunctionDeclaration {
  const found = functions.filter(({ name }) => name.endsWith(`-${entry}`));
  // all have one prefix: of `remit-admin` and `remit-people-admin` the shorter one is `admin`
  const [only, next] = found.sort((one, other) => one.name.length - other.name.length);
  if (only === undefined || only.name.length === next?.name.length)
    throw new Error(`the template has ${found.length} functions for lambda/${entry}.ts`);
  return only;
}

function requireVariable({ name, environment }: FunctionDeclaration, variable: string): string {
  const value = environment[variable];
  if (value === undefined) throw new Error(`the template gives ${name} no ${variable}`);
  return value;
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
