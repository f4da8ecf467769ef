// CloudFormation intrinsics of a synthesized template, resolved to what local mode calls the same things. What
// it does not know it refuses, so that no policy is read with a hole in it.

/** One synthesized template, and its nested stacks by logical id. */
export interface StackTemplate {
  readonly template: Template;
  readonly nested?: Readonly<Record<string, StackTemplate>>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

/** Values of CloudFormation's pseudo parameters. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
}

/** Resolves values of one template. */
export interface Resolver {
  readonly template: Template;
  readonly place: Place;
  resolve(value: unknown): unknown;
  /** Whether a condition of the template holds. */
  holds(condition: string): boolean;
  /** @throws Error when the value is not a string. */
  text(value: unknown): string;
}

/** Name or attribute of a resource, where local mode has its own. */
type Naming = (logicalId: string, resource: Resource, resolver: Resolver) => ResourceNames;

export interface ResourceNames {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ResolverOptions {
  readonly template: Template;
  readonly place: Place;
  readonly naming: Naming;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Outputs of nested stacks, by logical id of the stack. */
  readonly outputs?: (logicalId: string, output: string) => unknown;
}

/** Makes the resolver of one template. */
export function createResolver(options: ResolverOptions): Resolver {
  return new TemplateResolver(options);
}

class TemplateResolver implements Resolver {
  readonly template: Template;
  readonly place: Place;
  readonly #options: ResolverOptions;

  constructor(options: ResolverOptions) {
    this.template = options.template;
    this.place = options.place;
    this.#options = options;
  }

  text(value: unknown): string {
    const resolved = this.resolve(value);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new Error(`template: expected a string, found ${JSON.stringify(value)}`);
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return this.#intrinsic(only[0], only[1]);
    const resolved = entries.map(([key, item]) => [key, this.resolve(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
  }

  #intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt':
        return this.#attribute(argument);
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::Join': {
        const [separator, items] = list(argument);
        return list(this.resolve(items))
          .map((item) => this.text(item))
          .join(String(separator));
      }
      case 'Fn::Split': {
        const [separator, text] = list(argument);
        return this.text(text).split(String(separator));
      }
      case 'Fn::Select': {
        const [at, items] = list(argument);
        return list(this.resolve(items))[Number(this.resolve(at))];
      }
      case 'Fn::If': {
        const [condition, yes, no] = list(argument);
        return this.resolve(this.holds(String(condition)) ? yes : no);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = list(argument).map((item) => this.text(item));
        return this.resolve(this.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? '']);
      }
      default:
        throw new Error(`template: ${name} is not known to local mode`);
    }
  }

  #ref(name: string): unknown {
    const { partition, region, account, stackName } = this.place;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/local`,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (name === 'AWS::NoValue') return undefined;
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const { parameters = {} } = this.#options;
    if (Object.hasOwn(parameters, name)) return parameters[name];
    const parameter = this.template.Parameters?.[name];
    if (parameter !== undefined) return this.#default(name, parameter.Default);
    return this.#names(name).ref;
  }

  #default(name: string, value: unknown): unknown {
    if (value === undefined) throw new Error(`template: the parameter ${name} has no value in local mode`);
    return value;
  }

  #names(logicalId: string): ResourceNames {
    const resource = this.template.Resources?.[logicalId];
    if (resource === undefined) throw new Error(`template: there is no ${logicalId}`);
    return this.#options.naming(logicalId, resource, this);
  }

  #attribute(argument: unknown): unknown {
    const [logicalId = '', ...path] =
      typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
    const attribute = path.join('.');
    if (attribute.startsWith('Outputs.'))
      return this.#options.outputs?.(logicalId, attribute.slice('Outputs.'.length));
    const value = this.#names(logicalId).attributes[attribute];
    if (value === undefined)
      throw new Error(`template: ${logicalId}.${attribute} is not known to local mode`);
    return value;
  }

  #substitute(argument: unknown): string {
    const [pattern, variables] = typeof argument === 'string' ? [argument, {}] : list(argument);
    const own = (variables ?? {}) as Readonly<Record<string, unknown>>;
    return String(pattern).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(own, name)) return this.text(own[name]);
      return this.text(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name });
    });
  }

  holds(name: string): boolean {
    return this.#evaluate(this.template.Conditions?.[name]);
  }

  #evaluate(expression: unknown): boolean {
    const [entry] = Object.entries((expression ?? {}) as Readonly<Record<string, unknown>>);
    if (entry === undefined) throw new Error('template: a condition is missing');
    const [operator, argument] = entry;
    const items = list(argument);
    switch (operator) {
      case 'Condition':
        return this.holds(String(argument));
      case 'Fn::Equals':
        return this.text(items[0]) === this.text(items[1]);
      case 'Fn::Not':
        return !this.#evaluate(items[0]);
      case 'Fn::And':
        return items.every((item) => this.#evaluate(item));
      case 'Fn::Or':
        return items.some((item) => this.#evaluate(item));
      default:
        throw new Error(`template: the condition ${operator} is not known to local mode`);
    }
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
