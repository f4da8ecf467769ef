// What the policies say of one agent and one task. With values the authorizer is asked; without, it is asked only where
// no policy looks at values, and otherwise the answer is that it depends on them.

import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Authorizer } from '../authorize/authorizer.ts';
import { concerns, mayApply } from '../catalog/policy-scope.ts';
import type { Agent, Catalog, ParameterSpec, Parameters, Task } from '../model.ts';

/** `depends`: on the values of the parameters. */
export interface Possibility {
  readonly outcome: 'allowed' | 'needs-approval' | 'denied' | 'depends';
  /** Those that decided, or that may apply. */
  readonly policies: readonly string[];
}

type PolicyJson = Extract<ReturnType<typeof policyToJson>, { type: 'success' }>['json'];
type Named = { readonly id: string; readonly json: PolicyJson };

/** Says what an agent may do. @throws Refusal `policy_error` */
export type Say = (agent: Agent, task: Task, parameters?: Parameters) => Possibility;

/** Over the catalog's policies, each parsed once. */
export function sayWho(catalog: Catalog, authorizer: Pick<Authorizer, 'rule'>): Say {
  const policies = catalog.policies.map(({ id, text }) => ({ id, json: parse(text) }));
  return (agent, task, parameters) => {
    if (agent.environment !== task.environment) return { outcome: 'denied', policies: ['remit:environment'] };
    if (parameters !== undefined) return authorizer.rule({ agent, task, parameters });
    const concerned = policies.filter(({ json }) => json !== undefined && concerns(json, task.id)) as Named[];
    if (concerned.every(({ json }) => isBlindToValues(json)))
      return authorizer.rule({ agent, task, parameters: anyValues(task) });
    const applying = concerned.filter(({ json }) => mayApply(json, agent, task));
    const forbidding = applying.filter(({ json }) => isCertainForbid(json));
    if (forbidding.length > 0) return { outcome: 'denied', policies: forbidding.map(({ id }) => id).sort() };
    const isPermitted = applying.some(({ json }) => json.effect === 'permit');
    if (!isPermitted) return { outcome: 'denied', policies: [] };
    return { outcome: 'depends', policies: applying.map(({ id }) => id).sort() };
  };
}

function parse(text: string): PolicyJson | undefined {
  const result = policyToJson(text);
  // the catalog check refuses such a text; the authorizer, too
  return result.type === 'failure' ? undefined : result.json;
}

/** Whether all that a policy takes from the context is `approved`. */
function isBlindToValues({ conditions }: PolicyJson): boolean {
  const text = JSON.stringify(conditions);
  const looks = text.split('{"Var":"context"}').length - 1;
  const atApproved = text.split('{"left":{"Var":"context"},"attr":"approved"}').length - 1;
  return looks === atApproved;
}

/** Whatever the values: the scope names exactly whom it forbids what, and nothing is said beside it. */
function isCertainForbid({ effect, conditions, principal, resource }: PolicyJson): boolean {
  const isExact = [principal, resource].every(({ op }) => op === 'All' || op === '==' || op === 'in');
  return effect === 'forbid' && conditions.length === 0 && isExact;
}

/** Values of the right types, which no policy looks at. */
function anyValues({ parameters }: Task): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, spec]) => [name, anyValue(spec)]));
}

function anyValue(spec: ParameterSpec): string | number | boolean {
  if (spec.type === 'integer') return spec.min;
  return spec.type === 'boolean' ? false : 'any';
}
