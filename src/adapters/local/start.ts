// Starts local mode: the AWS plane, the synthesized stack in it, the functions and the gateway before them. Design:
// the product with other adapters; nothing here decides anything (docs/local-mode.md).

import type { Server } from 'node:http';
import { withDemoIssuer } from '../../core/catalog/demo.ts';
import type { Catalog, LeaseCredentials } from '../../core/model.ts';
import type { PeopleIssuer } from '../../core/people/person.ts';
import type { Clock } from '../../core/ports.ts';
import type { LogSink } from '../aws/telemetry.ts';
import type { World } from '../aws/world.ts';
import type { CatalogSource } from '../files/review-diff.ts';
import { createTrailDirectoryReader } from '../files/trail-directory.ts';
import { adminRoute } from './admin-route.ts';
import { confirmRoute } from './confirm-route.ts';
import { type ConsoleSource, consoleMount, consoleRoute } from './console.ts';
import { createDemoIdentity, type DemoIdentity } from './demo-identity.ts';
import { buildFunctions, type FunctionBuilders, type LocalFunctions } from './functions.ts';
import { createGateway, type GatewayOptions, type GatewayRoute, type Mount } from './gateway.ts';
import { type KeptTrail, openKeptTrail, type TrailPlace } from './kept-trail.ts';
import { closeServer, listenLoopback, listenLoopback6 } from './listen.ts';
import { createLocalNotifier, type Told, type ToldReview } from './notifier.ts';
import { type OverdueAgent, reviewOverdue } from './overdue.ts';
import { peopleIssuerMount, peopleIssuerUrl } from './people-issuer.ts';
import { demoPeople } from './personas.ts';
import { localPlace } from './place.ts';
import { type OpenPlane, openPlane } from './plane/open-plane.ts';
import { createProbe } from './probe.ts';
import { localProofKey } from './proof-key.ts';
import { type SeedData, seedPlane } from './seed.ts';
import { readStack, type StackDeclarations } from './template/read-stack.ts';
import type { StackTemplate } from './template/resolve.ts';
import { keepTrailOf } from './trail-sources.ts';
import { viewerRoute } from './viewer.ts';
import { avoidInlinedWasmCalls } from './wasm-calls.ts';
import { createLocalWorkflow } from './workflow.ts';

export interface LocalModeOptions {
  readonly builders: FunctionBuilders;
  /** Compiled catalog, without the demo issuer. */
  readonly catalog: Catalog;
  /** The files that it was compiled from. @default reviews have no patches */
  readonly catalogSource?: CatalogSource;
  /** The synthesized stack of that catalog. */
  readonly stack: StackTemplate | Promise<StackTemplate>;
  /** What the catalog's tasks find in S3 and DynamoDB. */
  readonly data: SeedData;
  /** The console's files. */
  readonly console: ConsoleSource;
  /** 0 picks a free one. */
  readonly brokerPort: number;
  readonly awsPort: number;
  /** @default the clock of the machine */
  readonly clock?: Clock;
  /** Log lines of the functions. @default dropped */
  readonly log?: LogSink;
  /** Where the audit trail is kept. @default nowhere */
  readonly trail?: TrailPlace;
  /** File of the key that signs proofs of offboardings; made when it is not there. @default a key for this run */
  readonly proofKey?: string;
  /** Hears what people are told about approvals and reviews. @default nobody does */
  readonly onNotice?: (notice: Told | ToldReview) => void;
  /** Hears of agents that were overdue at the start. @default nobody does */
  readonly onOverdue?: (agent: OverdueAgent) => void;
  readonly env: NodeJS.ProcessEnv;
}

export interface LocalMode {
  readonly brokerUrl: string;
  readonly awsUrl: string;
  readonly region: string;
  /** With the demo issuer and its bindings. */
  readonly catalog: Catalog;
  readonly aws: OpenPlane;
  readonly demo: DemoIdentity;
  readonly functions: LocalFunctions;
  /** May do everything in the plane. */
  readonly operator: LeaseCredentials;
  /** The audit trail, when it is kept. */
  readonly trail: KeptTrail | undefined;
  close(): Promise<void>;
}

/** Local mode issues assertions for anybody: never where anything real runs. @throws Error */
export function refuseProduction(env: NodeJS.ProcessEnv): void {
  if (env['NODE_ENV'] === 'production')
    throw new Error(
      'local mode does not start with NODE_ENV=production: it attests every agent to anyone on this machine',
    );
}

const SWEEP_EVERY_MS = 5_000;
const REMIND_EVERY_MS = 60_000;

/** Starts everything. @throws PortTaken, TrailUnusable, or Error when the template and the functions do not fit. */
export async function startLocalMode(options: LocalModeOptions): Promise<LocalMode> {
  refuseProduction(options.env);
  avoidInlinedWasmCalls();
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const local = await start(options, closers);
    return { ...local, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: LocalModeOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<LocalMode, 'close'>> {
  const clock = options.clock ?? (() => new Date());
  const place = localPlace(options.catalog);
  const trail = await openTrail(options, clock);
  // opened first, closed last: what the others do at their end is in it
  if (trail !== undefined) closers.push(() => trail.close());
  const aws = await openPlane({ identity: place, clock, port: options.awsPort });
  closers.push(() => aws.close());
  const routes: GatewayRoute[] = [];
  const mounts: Mount[] = [];
  const { port, servers } = await openGateway({ routes, mounts, clock }, options.brokerPort);
  closers.push(...servers.map((server) => () => closeServer(server)));
  const brokerUrl = `http://localhost:${port}`;
  const issuerUrl = `${brokerUrl}/demo`;
  const people = demoPeople(peopleIssuerUrl(brokerUrl));
  const catalog = withDemoIssuer(options.catalog, { workloads: issuerUrl, people: people.issuer });
  const demo = createDemoIdentity({ catalog, issuerUrl, clock });
  const declarations = readStack(await options.stack, place);
  await aws.load(declarations);
  if (trail !== undefined) keepTrailOf(aws.plane.changes, declarations.functions, trail);
  await seedPlane(aws, catalog, options.data);
  const notifier = createLocalNotifier({ clock, tell: options.onNotice ?? (() => undefined) });
  const workflow = createLocalWorkflow({
    clock,
    log: options.log ?? (() => undefined),
    step: (event) => functions.runStep(event),
  });
  const proving = { proofKey: localProofKey(options.proofKey), probe: createProbe(aws.plane, catalog) };
  const told = { notifier: notifier.notifier, reviewNotifier: notifier.reviewNotifier, ...readerOf(trail) };
  const world = { clock, catalog, workflow, ...told, ...proving };
  const functions = runFunctions(options, { aws, declarations, brokerUrl, people, world });
  closers.push(() => workflow.close());
  await functions.syncRegistry();
  closers.push(sweepRegularly(functions, options.log), remindRegularly(functions, options.log));
  mounts.push(peopleIssuerMount(brokerUrl), consoleMount(options.console));
  const kept = { trail, catalogRoot: options.catalogSource?.root };
  const viewer = viewerRoute(aws, { ...functions, ...kept, catalog, consoleOrigin: brokerUrl });
  const confirming = confirmRoute(people.issuer, (event) => functions.confirmPasskey(event));
  const operating = [viewer, adminRoute(aws, functions.admin), confirming];
  routes.push(...demo.routes, ...operating, notifier.route, consoleRoute, ...functions.routes);
  const overdue = await reviewOverdue(brokerUrl, { catalog, now: clock() });
  for (const agent of overdue) options.onOverdue?.(agent);
  const { region } = place;
  return { brokerUrl, awsUrl: aws.url, region, catalog, aws, demo, functions, operator: aws.operator, trail };
}

async function openTrail({ trail, log }: LocalModeOptions, clock: Clock): Promise<KeptTrail | undefined> {
  if (trail === undefined) return undefined;
  return openKeptTrail({ place: trail, clock, log: log ?? (() => undefined) });
}

function readerOf(trail: KeptTrail | undefined): Pick<World, 'trail'> {
  return trail === undefined ? {} : { trail: createTrailDirectoryReader(trail.directory) };
}

interface Running {
  readonly aws: OpenPlane;
  readonly declarations: StackDeclarations;
  readonly brokerUrl: string;
  readonly people: PeopleIssuer;
  readonly world: Pick<
    World,
    'clock' | 'catalog' | 'workflow' | 'notifier' | 'reviewNotifier' | 'trail' | 'proofKey' | 'probe'
  >;
}

function runFunctions(options: LocalModeOptions, running: Running): LocalFunctions {
  const { aws, declarations, brokerUrl, people } = running;
  const world = {
    ...running.world,
    ...(options.catalogSource && { catalogSource: options.catalogSource }),
    endpoint: aws.url,
    region: aws.plane.identity.region,
    allowLoopback: true,
    log: options.log ?? (() => undefined),
  };
  const { builders } = options;
  return buildFunctions({ builders, declarations, plane: aws.plane, world, brokerUrl, people });
}

/** The gateway on both loopback addresses, since `localhost` may mean either. */
async function openGateway(
  options: GatewayOptions,
  wanted: number,
): Promise<{ port: number; servers: Server[] }> {
  const first = createGateway(options);
  const port = await listenLoopback(first, { port: wanted, variable: 'REMIT_PORT' });
  const second = createGateway(options);
  try {
    const isBound = await listenLoopback6(second, { port, variable: 'REMIT_PORT' });
    return { port, servers: isBound ? [first, second] : [first] };
  } catch (error) {
    await closeServer(first);
    throw error;
  }
}

/** The schedule of reminders, with one run at the start. */
function remindRegularly(functions: LocalFunctions, log: LogSink | undefined): () => Promise<void> {
  const remind = () =>
    functions.remind().catch((error: unknown) => log?.({ operation: 'remind', failed: String(error) }));
  let running: Promise<unknown> = remind();
  const timer = setInterval(() => {
    running = remind();
  }, REMIND_EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** The schedule of the sweeper. A run that fails is logged by the function itself. */
function sweepRegularly(functions: LocalFunctions, log: LogSink | undefined): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = Promise.all([functions.sweep(), functions.settle()]).catch((error: unknown) =>
      log?.({ operation: 'sweep', failed: String(error) }),
    );
  }, SWEEP_EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
