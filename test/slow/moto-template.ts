// A synthesized template as moto can deploy it. It passes over types that it does not know, but refuses a template that
// asks one for an attribute or its id; so those become fixed names here, and FIFO queues get one. Everything else stays as the CDK made it.

import { readFileSync, writeFileSync } from 'node:fs';

/** Types of ours that moto 5.2 passes over. */
const PASSED_OVER =
  /^AWS::(ApiGatewayV2|CloudFront|Cognito|Glue)::|^AWS::Athena::NamedQuery$|^AWS::Lambda::Url$/;

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}
interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** Rewrites the file. @throws Error of JSON when it is no template */
export function adaptToMoto(file: string): void {
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    // AWS makes such a name by itself
    if (Type === 'AWS::SQS::Queue' && Properties?.['FifoQueue'] === true)
      Properties['QueueName'] = `${id}.fifo`;
  }
  const named = (id: string) => PASSED_OVER.test(template.Resources[id]?.Type ?? '');
  const adapted = JSON.stringify(template, (_, value: unknown) => {
    const { 'Fn::GetAtt': attribute, Ref: reference } = (value ?? {}) as Record<string, unknown>;
    if (Array.isArray(attribute) && named(String(attribute[0]))) return nameOf(attribute.map(String));
    if (typeof reference === 'string' && named(reference)) return nameOf([reference]);
    return value;
  });
  writeFileSync(file, adapted);
}

/** Looks like a host name, which is what most of them are. */
function nameOf(parts: readonly string[]): string {
  return `${parts.join('-')}.moto.test`.toLowerCase();
}
