// A synthesized stack as the checks read it: resources of all its templates, and what their policies say.

/** One template, and its nested stacks by logical id. */
export interface StackShape {
  readonly template: { readonly Resources?: Readonly<Record<string, ResourceShape>> };
  readonly nested?: Readonly<Record<string, StackShape>>;
}

export interface ResourceShape {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A resource with its logical id. */
export interface Declared {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A statement of a policy, with the resource that declares it. */
export interface Stated {
  readonly id: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** Resolved texts only; an intrinsic function stands for itself as JSON. */
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** It names what it is not about (`NotAction`, `NotResource`, `NotPrincipal`): all the rest is meant. */
  readonly isNegated: boolean;
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Every resource of every template. */
export function resourcesOf({ template, nested = {} }: StackShape): Declared[] {
  const own = Object.entries(template.Resources ?? {}).map(([id, { Type, Properties = {} }]) => ({
    id,
    type: Type,
    properties: Properties,
  }));
  return [...own, ...Object.values(nested).flatMap(resourcesOf)];
}

/** Those of one type. */
export function ofType(stack: StackShape, type: string): Declared[] {
  return resourcesOf(stack).filter((each) => each.type === type);
}

/** What principals of ours may do: policies of roles, inline, attached and managed. */
export function identityStatements(stack: StackShape): Stated[] {
  return resourcesOf(stack).flatMap(({ id, type, properties }) => {
    if (!type.startsWith('AWS::IAM::')) return [];
    const inline = listOf(properties['Policies']).map((each) => memberOf(each, 'PolicyDocument'));
    return [properties['PolicyDocument'], ...inline].flatMap((document) => statementsOf(id, document));
  });
}

/** Who may assume each role. */
export function trustStatements(stack: StackShape): Stated[] {
  return ofType(stack, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
    statementsOf(id, properties['AssumeRolePolicyDocument']),
  );
}

/** Statements of resource policies: of queues, topics, buckets, keys, tables. */
export function resourceStatements(stack: StackShape): Stated[] {
  return resourcesOf(stack).flatMap(({ id, type, properties }) => {
    const { PolicyDocument, KeyPolicy, ResourcePolicy } = properties;
    const documents = type.startsWith('AWS::IAM::')
      ? []
      : [PolicyDocument, KeyPolicy, memberOf(ResourcePolicy, 'PolicyDocument')];
    return documents.flatMap((document) => statementsOf(id, document));
  });
}

function statementsOf(id: string, document: unknown): Stated[] {
  return listOf(memberOf(document, 'Statement')).map((statement) => ({
    id,
    effect: String(memberOf(statement, 'Effect')),
    actions: textsOf(memberOf(statement, 'Action')),
    resources: textsOf(memberOf(statement, 'Resource')),
    principals: principalsOf(memberOf(statement, 'Principal')),
    isNegated: ['NotAction', 'NotResource', 'NotPrincipal'].some((each) => each in objectOf(statement)),
    conditions: objectOf(memberOf(statement, 'Condition')) as Stated['conditions'],
  }));
}

/** `"*"` stands for everybody, as `{ "AWS": "*" }` does. */
function principalsOf(principal: unknown): string[] {
  return typeof principal === 'string' ? [principal] : Object.values(objectOf(principal)).flatMap(textsOf);
}

/** A member of what may be an object. */
export function memberOf(value: unknown, name: string): unknown {
  return objectOf(value)[name];
}

/** An object as it is; anything else as an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** A list as it is; anything else as a list of it. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: unknown): string[] {
  return listOf(value).map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
}
