// Parameters of the query protocol (STS, IAM): a form body, or the query of a presigned GET.

import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';

/** The parameters of one action, each present at most once. */
export interface ActionForm {
  readonly action: string;
  get(name: string): string | undefined;
  /** @throws AwsFailure ValidationError when it is missing. */
  require(name: string): string;
  /** An integer between both bounds. @throws AwsFailure ValidationError */
  integer(name: string, bounds: { readonly min: number; readonly max: number }): number | undefined;
  /** `<name>.member.1`, `<name>.member.2`, … */
  list(name: string): readonly string[];
  /** `<name>.member.n.Key` and `.Value`. */
  pairs(name: string): Readonly<Record<string, string>>;
}

/** ValidationError of the query protocol. */
export const validationError = (message: string): AwsFailure =>
  new AwsFailure('ValidationError', 400, message);

/** Reads the form of a call. @throws AwsFailure when a parameter is repeated or there is no action. */
export function readForm(call: Call): ActionForm {
  const values = new Map<string, string>();
  for (const [name, value] of entries(call)) {
    if (values.has(name)) throw validationError(`${name} is repeated.`);
    values.set(name, value);
  }
  const action = values.get('Action');
  if (action === undefined || !/^[A-Za-z]+$/.test(action))
    throw new AwsFailure('InvalidAction', 400, 'The action is missing.');
  return new FormValues(action, values);
}

function entries(call: Call): readonly (readonly [string, string])[] {
  if (call.request.method === 'POST') return [...new URLSearchParams(call.request.body.toString('utf8'))];
  return Object.entries(call.claims.query).map(([name, value]) => {
    if (typeof value !== 'string') throw validationError(`${name} is repeated.`);
    return [name, value];
  });
}

class FormValues implements ActionForm {
  readonly action: string;
  readonly #values: ReadonlyMap<string, string>;

  constructor(action: string, values: ReadonlyMap<string, string>) {
    this.action = action;
    this.#values = values;
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === '') throw validationError(`${name} is required.`);
    return value;
  }

  integer(name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw validationError(`${name} must be between ${min} and ${max}.`);
    return value;
  }

  list(name: string): readonly string[] {
    const items: string[] = [];
    for (let at = 1; ; at += 1) {
      const item = this.get(`${name}.member.${at}`);
      if (item === undefined) return items;
      items.push(item);
    }
  }

  pairs(name: string): Readonly<Record<string, string>> {
    const pairs: Record<string, string> = Object.create(null);
    for (let at = 1; this.get(`${name}.member.${at}.Key`) !== undefined; at += 1) {
      const key = this.require(`${name}.member.${at}.Key`);
      const isKnown = Object.keys(pairs).some((other) => other.toLowerCase() === key.toLowerCase());
      if (isKnown) throw validationError('Duplicate tag keys found.');
      pairs[key] = this.get(`${name}.member.${at}.Value`) ?? '';
    }
    return pairs;
  }
}
