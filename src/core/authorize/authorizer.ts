// Asks Cedar. Each task has its own small policy set, prepared when it is first asked about. Any error
// of any policy is a refusal: Cedar skips a forbid that errors, and would answer allow.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { policyToJson, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { BASE_POLICY, NAMESPACE } from '../catalog/cedar-schema.ts';
import { concerns } from '../catalog/policy-scope.ts';
import type { Agent, Catalog, Parameters, PolicySource, Ruling, Task } from '../model.ts';
import { digestOf } from '../record/digest.ts';
import { Refusal } from '../refusal.ts';

/** Who wants to do what with which values. */
export interface Question {
  readonly agent: Agent;
  readonly task: Task;
  readonly parameters: Parameters;
}

/** Rules on requests under one catalog. @throws Refusal `policy_error` from both. */
export interface Authorizer {
  /** Allowed as it is, allowed with people, or denied. */
  rule(question: Question): Ruling;
  /** The same once people have approved; only for code that has just verified their evidence. */
  ruleApproved(question: Question): Ruling;
}

interface Answer {
  readonly allows: boolean;
  readonly policies: readonly string[];
}

/** An authorizer over the policies of `catalog`. Nothing is parsed before the first question. */
export function createAuthorizer(catalog: Catalog): Authorizer {
  const prepare = preparer(catalog.policies);
  const answers = new Map<string, Answer>();
  function ask(question: Question, approved: boolean): Answer {
    const key = keyOf(question, approved);
    const known = answers.get(key);
    if (known !== undefined) return known;
    requireTypes(question);
    const answer = evaluate(prepare(question.task.id), question, approved);
    remember(answers, key, answer);
    return answer;
  }
  return {
    rule(question) {
      const alone = ask(question, false);
      if (alone.allows && !question.task.approval.required) return ruling('allowed', alone);
      const withPeople = ask(question, true);
      return withPeople.allows ? ruling('needs-approval', withPeople) : ruling('denied', withPeople);
    },
    ruleApproved(question) {
      const answer = ask(question, true);
      return ruling(answer.allows ? 'allowed' : 'denied', answer);
    },
  };
}

/**
 * All that a policy can see: the answer is a function of this alone, there is no time or address in the context.
 * Each renewal asks what its grant asked before.
 */
function keyOf({ agent, task, parameters }: Question, approved: boolean): string {
  const values = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([
    approved,
    agent.id,
    agent.environment,
    agent.groups,
    task.id,
    task.environment,
    values,
  ]);
}

/** Answers kept, the oldest given up first; an error is never kept. */
const ANSWERS_KEPT = 1000;

function remember(answers: Map<string, Answer>, key: string, answer: Answer): void {
  if (answers.size >= ANSWERS_KEPT) {
    const [oldest] = answers.keys();
    if (oldest !== undefined) answers.delete(oldest);
  }
  answers.set(key, answer);
}

function ruling(outcome: Ruling['outcome'], { policies }: Answer): Ruling {
  return { outcome, policies: [...policies].sort() };
}

/**
 * Parses every policy once, and each task's own set when it is first asked about. A set is named by its digest, so that
 * equal ones are shared. No schema: policies were type-checked against it at synth, and `requireTypes` holds
 * parameters to it.
 */
function preparer(policies: readonly PolicySource[]): (taskId: string) => string {
  const names = new Map<string, string>();
  let parsed: readonly (PolicySource & { readonly json: PolicyJson })[] | undefined;
  return (taskId) => {
    const known = names.get(taskId);
    if (known !== undefined) return known;
    parsed ??= policies.map((policy) => ({ ...policy, json: parse(policy.text) }));
    const own = parsed.filter(({ json }) => concerns(json, taskId));
    const staticPolicies = Object.fromEntries([...own, BASE_POLICY].map(({ id, text }) => [id, text]));
    const name = digestOf(staticPolicies);
    const result = preparsePolicySet(name, { staticPolicies });
    if (result.type === 'failure') throw policyError(result.errors[0]?.message);
    names.set(taskId, name);
    return name;
  };
}

function parse(text: string): PolicyJson {
  const result = policyToJson(text);
  if (result.type === 'failure') throw policyError(result.errors[0]?.message);
  return result.json;
}

/** A comparison of two types is false in Cedar and no error: a forbid would not forbid. */
function requireTypes({ task, parameters }: Question): void {
  const specs = Object.entries(task.parameters);
  const fits = ([name, { type }]: (typeof specs)[number]) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (type === 'integer') return Number.isSafeInteger(value);
    return typeof value === (type === 'boolean' ? 'boolean' : 'string');
  };
  if (specs.length !== Object.keys(parameters).length || !specs.every(fits)) {
    throw policyError('parameters are not those of the task');
  }
}

function evaluate(name: string, { agent, task, parameters }: Question, approved: boolean): Answer {
  const principal = entity('Agent', agent.id);
  const answer = statefulIsAuthorized({
    principal,
    action: entity('Action', task.id),
    resource: entity('Environment', task.environment),
    context: { approved, parameters: { ...parameters } },
    preparsedPolicySetId: name,
    entities: [
      {
        uid: principal,
        attrs: { environment: { __entity: entity('Environment', agent.environment) } },
        parents: agent.groups.map((group) => entity('Group', group)),
      },
    ],
  });
  if (answer.type === 'failure') throw policyError(answer.errors[0]?.message);
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw policyError(diagnostics.errors[0]?.policyId);
  return { allows: decision === 'allow', policies: diagnostics.reason };
}

function entity(type: string, id: string): { type: string; id: string } {
  return { type: `${NAMESPACE}::${type}`, id };
}

function policyError(detail: string | undefined): Refusal {
  return new Refusal('policy_error', detail === undefined ? {} : { detail });
}
