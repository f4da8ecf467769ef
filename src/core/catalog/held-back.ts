// Groups that keep agents from something: a policy says forbid to them, or permits only who is not in them. Whoever is
// taken out of such a group may do more, so it must not be one that people hand out and take back at run time.

import { type PolicyJson, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Catalog } from '../model.ts';
import { NAMESPACE } from './cedar-schema.ts';
import { entitiesIn } from './policy-scope.ts';

/** Whether to be in what is named helps to be let do something, keeps from it, or nobody knows. */
type Sense = 'helps' | 'keeps' | 'unknown';
type Json = Readonly<Record<string, unknown>>;

/** The groups that this policy holds back, each once. A policy that is too clever to read holds back all it names. */
export function heldBack({ effect, principal, conditions }: PolicyJson): readonly string[] {
  const whole = effect === 'permit' ? 'helps' : 'keeps';
  const inScope = groupsIn(principal).map((group) => ({ group, sense: whole as Sense }));
  const inConditions = conditions.flatMap(({ kind, body }) =>
    mentionsIn(body, kind === 'when' ? whole : turned(whole)),
  );
  const bad = [...inScope, ...inConditions].filter(({ sense }) => sense !== 'helps');
  return [...new Set(bad.map(({ group }) => group))];
}

/** Whether whoever is taken out of the group may do more by a policy of the catalog. */
export function isHeldBack({ policies }: Pick<Catalog, 'policies'>, group: string): boolean {
  return policies.some(({ text }) => {
    const parsed = policyToJson(text);
    return parsed.type === 'failure' || heldBack(parsed.json).includes(group);
  });
}

function mentionsIn(body: unknown, sense: Sense): { readonly group: string; readonly sense: Sense }[] {
  const [[operator, operands] = ['', undefined]] = isJson(body) ? Object.entries(body) : [];
  if (isJson(operands)) {
    if (operator === '&&' || operator === '||')
      return [...mentionsIn(operands['left'], sense), ...mentionsIn(operands['right'], sense)];
    if (operator === '!') return mentionsIn(operands['arg'], turned(sense));
    const among = operator === 'is' ? operands['in'] : operands['right'];
    if ((operator === 'is' || operator === 'in') && isPrincipal(operands['left']) && isNamed(among))
      return groupsIn(among).map((group) => ({ group, sense }));
  }
  return groupsIn(body).map((group) => ({ group, sense: 'unknown' }));
}

function groupsIn(value: unknown): readonly string[] {
  return entitiesIn(value)
    .filter(({ type }) => type === `${NAMESPACE}::Group`)
    .map(({ id }) => id);
}

function turned(sense: Sense): Sense {
  if (sense === 'unknown') return sense;
  return sense === 'helps' ? 'keeps' : 'helps';
}

function isPrincipal(value: unknown): boolean {
  return isJson(value) && value['Var'] === 'principal';
}

/** One entity or several, and nothing that looks at who asks. */
function isNamed(among: unknown): boolean {
  return among === undefined || !JSON.stringify(among).includes('"Var"');
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
