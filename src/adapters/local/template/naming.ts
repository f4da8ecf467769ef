// What the resources of the template are called in local mode: the same names and ARNs that AWS would give them
// where the template states a name, and ones made of the stack's name and the logical id where AWS would invent one.

import type { Place, Resolver, Resource, ResourceNames } from './resolve.ts';

type Namer = (name: string, place: Place, properties: PropertyReader) => ResourceNames;
type PropertyReader = (property: string) => string | undefined;

const arn = ({ partition, region, account }: Place, service: string, rest: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${rest}`;

const roleArn = ({ partition, account }: Place, path: string, name: string) =>
  `arn:${partition}:iam::${account}:role${path}${name}`;

const NAMERS: Readonly<Record<string, Namer>> = {
  'AWS::IAM::Role': (invented, place, read) => {
    const name = read('RoleName') ?? invented;
    const attributes = { Arn: roleArn(place, read('Path') ?? '/', name), RoleId: `AROA${name}` };
    return { ref: name, attributes };
  },
  'AWS::IAM::ManagedPolicy': (invented, { partition, account }, read) => {
    const name = read('ManagedPolicyName') ?? invented;
    return { ref: `arn:${partition}:iam::${account}:policy${read('Path') ?? '/'}${name}`, attributes: {} };
  },
  'AWS::DynamoDB::Table': (invented, place, read) => {
    const name = read('TableName') ?? invented;
    const Arn = arn(place, 'dynamodb', `table/${name}`);
    return { ref: name, attributes: { Arn, StreamArn: `${Arn}/stream/local` } };
  },
  'AWS::Lambda::Function': (invented, place, read) => {
    const name = read('FunctionName') ?? invented;
    return { ref: name, attributes: { Arn: arn(place, 'lambda', `function:${name}`) } };
  },
};

/** Names of any resource: of the kinds above exactly, of others in the general form of ARNs. */
export function nameResource(logicalId: string, resource: Resource, resolver: Resolver): ResourceNames {
  const { place } = resolver;
  const read: PropertyReader = (property) => {
    const value = resource.Properties?.[property];
    return value === undefined ? undefined : resolver.text(value);
  };
  const invented = `${place.stackName}-${logicalId}`;
  const namer = Object.hasOwn(NAMERS, resource.Type) ? NAMERS[resource.Type] : undefined;
  return namer?.(invented, place, read) ?? generalNames(invented, resource, place);
}

/** Services that the plane does not serve: their names matter only as text in policies and environments. */
function generalNames(name: string, resource: Resource, place: Place): ResourceNames {
  const service = resource.Type.split('::')[1]?.toLowerCase() ?? 'unknown';
  const attributes = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, attribute) =>
        attribute === 'Arn' ? arn(place, service, name) : `${name}.${String(attribute)}`,
    },
  );
  return { ref: name, attributes };
}
