// The Cedar schema of tasks: each task an action, the agent the principal, the environment the resource, the
// parameters and `approved` the context. So `cedar validate` type-checks `context.parameters.amount` at synth.

import type { SchemaJson, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import type { ParameterSpec, Task } from '../model.ts';

/** Namespace of every name in a policy. */
export const NAMESPACE = 'Remit';

const CEDAR_TYPES: Readonly<Record<ParameterSpec['type'], 'String' | 'Long' | 'Boolean'>> = {
  string: 'String',
  enum: 'String',
  uuid: 'String',
  integer: 'Long',
  boolean: 'Boolean',
};

/** Nobody does a task of another environment, whatever a policy of the catalog says. */
export const BASE_POLICY = {
  id: 'remit:environment',
  text: 'forbid (principal, action, resource) unless { principal.environment == resource };',
};

/** The schema of these tasks. */
export function cedarSchema(tasks: readonly Task[]): SchemaJson<string> {
  const environment: TypeOfAttribute<string> = { type: 'Entity', name: 'Environment' };
  return {
    [NAMESPACE]: {
      entityTypes: {
        Group: {},
        Environment: {},
        Agent: { memberOfTypes: ['Group'], shape: { type: 'Record', attributes: { environment } } },
      },
      actions: Object.fromEntries(tasks.map((task) => [task.id, action(task)])),
    },
  };
}

function action(task: Task) {
  const parameters = Object.entries(task.parameters).map(
    ([name, spec]): [string, TypeOfAttribute<string>] => [name, { type: CEDAR_TYPES[spec.type] }],
  );
  const context = {
    approved: { type: 'Boolean' as const },
    parameters: { type: 'Record' as const, attributes: Object.fromEntries(parameters) },
  };
  return {
    appliesTo: {
      principalTypes: ['Agent'],
      resourceTypes: ['Environment'],
      context: { type: 'Record' as const, attributes: context },
    },
  };
}
