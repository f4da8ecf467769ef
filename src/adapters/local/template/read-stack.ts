// Reads from a synthesized template, nested stacks included, what local mode runs on: roles with their policies
// and boundaries, tables, and functions with their environment. Everything else of the stack is not needed here.

import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import type { PolicyDocument } from '../../../core/model.ts';
import type { RoleDeclaration } from '../plane/roles.ts';
import { nameResource } from './naming.ts';
import { createResolver, type Place, type Resolver, type Resource, type StackTemplate } from './resolve.ts';

/** A Lambda function as the template declares it. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A route of the HTTP API and the function behind it. */
export interface RouteDeclaration {
  readonly routeKey: string;
  readonly functionName: string;
}

export interface StackDeclarations {
  readonly roles: readonly RoleDeclaration[];
  readonly tables: readonly CreateTableCommandInput[];
  readonly functions: readonly FunctionDeclaration[];
  readonly routes: readonly RouteDeclaration[];
  readonly buckets: readonly string[];
}

/** @throws Error when a value needed here cannot be resolved. */
export function readStack(stack: StackTemplate, place: Place): StackDeclarations {
  const resolvers = [...openStack(stack, place)];
  const policies = collectPolicies(resolvers);
  const of = (type: string) =>
    resolvers.flatMap((resolver) => resourcesOf(resolver, type).map((found) => ({ ...found, resolver })));
  return {
    roles: of('AWS::IAM::Role').map((found) => readRole(found, policies)),
    tables: of('AWS::DynamoDB::Table').map(readTable),
    functions: of('AWS::Lambda::Function').map(readFunction),
    routes: readRoutes(of('AWS::ApiGatewayV2::Route'), of('AWS::ApiGatewayV2::Integration')),
    buckets: of('AWS::S3::Bucket').map(
      ({ id, resource, resolver }) => nameResource(id, resource, resolver).ref,
    ),
  };
}

function* openStack(
  stack: StackTemplate,
  place: Place,
  parameters: Readonly<Record<string, unknown>> = {},
): Generator<Resolver> {
  const nested = new Map<string, Resolver>();
  const resolver = createResolver({
    template: stack.template,
    place,
    naming: nameResource,
    parameters,
    outputs: (id, output) => nested.get(id)?.resolve(nested.get(id)?.template.Outputs?.[output]?.Value),
  });
  yield resolver;
  for (const [id, child] of Object.entries(stack.nested ?? {})) {
    const given = stack.template.Resources?.[id]?.Properties?.['Parameters'];
    const inside = { ...place, stackName: `${place.stackName}-${id}` };
    const opened = [...openStack(child, inside, resolver.resolve(given ?? {}) as Record<string, unknown>)];
    if (opened[0] !== undefined) nested.set(id, opened[0]);
    yield* opened;
  }
}

interface Found {
  readonly id: string;
  readonly resource: Resource;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly resolver: Resolver;
}

function resourcesOf(resolver: Resolver, type: string): readonly Omit<Found, 'resolver'>[] {
  return Object.entries(resolver.template.Resources ?? {})
    .filter(([, resource]) => resource.Type === type)
    .filter(([, { Condition }]) => Condition === undefined || resolver.holds(Condition))
    .map(([id, resource]) => ({
      id,
      resource,
      properties: resolver.resolve(resource.Properties ?? {}) as Record<string, unknown>,
    }));
}

interface CollectedPolicies {
  /** Inline policies by role name, then policy name. */
  readonly inline: ReadonlyMap<string, Record<string, PolicyDocument>>;
  /** Managed policies of the stack by ARN. */
  readonly managed: ReadonlyMap<string, PolicyDocument>;
}

function collectPolicies(resolvers: readonly Resolver[]): CollectedPolicies {
  const inline = new Map<string, Record<string, PolicyDocument>>();
  const managed = new Map<string, PolicyDocument>();
  const attach = (role: string, name: string, document: PolicyDocument) =>
    inline.set(role, { ...inline.get(role), [name]: document });
  for (const resolver of resolvers) {
    for (const { id, properties } of resourcesOf(resolver, 'AWS::IAM::Policy'))
      for (const role of (properties['Roles'] ?? []) as string[])
        attach(role, String(properties['PolicyName'] ?? id), asDocument(properties['PolicyDocument']));
    for (const { id, properties } of resourcesOf(resolver, 'AWS::IAM::RolePolicy'))
      attach(
        String(properties['RoleName']),
        String(properties['PolicyName'] ?? id),
        asDocument(properties['PolicyDocument']),
      );
    for (const { id, resource, properties } of resourcesOf(resolver, 'AWS::IAM::ManagedPolicy')) {
      const { ref } = nameResource(id, resource, resolver);
      const document = asDocument(properties['PolicyDocument']);
      managed.set(ref, document);
      for (const role of (properties['Roles'] ?? []) as string[]) attach(role, ref, document);
    }
  }
  return { inline, managed };
}

function asDocument(value: unknown): PolicyDocument {
  const document = value as PolicyDocument;
  return { ...document, Statement: [document.Statement].flat() };
}

function readRole(found: Found, { inline, managed }: CollectedPolicies): RoleDeclaration {
  const { properties } = found;
  const names = nameResource(found.id, found.resource, found.resolver);
  const own = (properties['Policies'] ?? []) as { PolicyName: string; PolicyDocument: unknown }[];
  const attached = ((properties['ManagedPolicyArns'] ?? []) as string[]).flatMap((arn) => {
    // policies of AWS's own (logs, tracing) are not in the template: they allow nothing that the plane serves
    const document = managed.get(arn);
    return document === undefined ? [] : [[arn, document] as const];
  });
  const boundary = properties['PermissionsBoundary'];
  return {
    arn: names.attributes['Arn'] ?? '',
    trust: asDocument(properties['AssumeRolePolicyDocument']),
    policies: {
      ...Object.fromEntries(own.map((policy) => [policy.PolicyName, asDocument(policy.PolicyDocument)])),
      ...Object.fromEntries(attached),
      ...inline.get(names.ref),
    },
    ...(boundary === undefined
      ? {}
      : { boundary: requireBoundary(String(boundary), managed), boundaryArn: String(boundary) }),
    ...(properties['MaxSessionDuration'] === undefined
      ? {}
      : { maxSessionSeconds: Number(properties['MaxSessionDuration']) }),
  };
}

/** A boundary that cannot be read would be no boundary: refused. */
function requireBoundary(arn: string, managed: ReadonlyMap<string, PolicyDocument>): PolicyDocument {
  const document = managed.get(arn);
  if (document === undefined)
    throw new Error(`template: the permissions boundary ${arn} is not in the template`);
  return document;
}

function readTable({ id, resource, properties, resolver }: Found): CreateTableCommandInput {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    properties as unknown as CreateTableCommandInput;
  return {
    TableName: nameResource(id, resource, resolver).ref,
    KeySchema: KeySchema ?? [],
    AttributeDefinitions: AttributeDefinitions ?? [],
    BillingMode: 'PAY_PER_REQUEST',
    ...(GlobalSecondaryIndexes === undefined
      ? {}
      : { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(bareIndex) }),
    ...(LocalSecondaryIndexes === undefined
      ? {}
      : { LocalSecondaryIndexes: LocalSecondaryIndexes.map(bareIndex) }),
  };
}

function bareIndex<Index extends GlobalSecondaryIndex | LocalSecondaryIndex>({
  IndexName,
  KeySchema,
  Projection,
}: Index) {
  return { IndexName, KeySchema, Projection };
}

function readFunction({ id, resource, properties, resolver }: Found): FunctionDeclaration {
  const variables =
    (properties['Environment'] as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  return {
    name: nameResource(id, resource, resolver).ref,
    roleArn: String(properties['Role'] ?? ''),
    environment: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, resolver.text(value)]),
    ),
  };
}

/** @throws Error when a route leads nowhere. */
function readRoutes(routes: readonly Found[], integrations: readonly Found[]): readonly RouteDeclaration[] {
  const uris = new Map(
    integrations.map(({ id, resource, resolver, properties }) => [
      `integrations/${nameResource(id, resource, resolver).ref}`,
      String(properties['IntegrationUri']),
    ]),
  );
  return routes.map(({ properties }) => {
    const routeKey = String(properties['RouteKey']);
    const functionName = /:function:([\w-]+)/.exec(uris.get(String(properties['Target'])) ?? '')?.[1];
    if (functionName === undefined) throw new Error(`template: the route ${routeKey} has no function`);
    return { routeKey, functionName };
  });
}
