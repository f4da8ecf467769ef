// The synthesized definition of the approval workflow, parsed, and the paths through it.

import type { Deployed } from './stack.ts';

/** One state, as far as its successors and its data go. */
export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Parameters?: { readonly Payload: Readonly<Record<string, unknown>> };
  readonly ResultSelector?: Readonly<Record<string, string>>;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retry[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly ResultPath: string | null;
  }[];
  readonly Choices?: readonly (Readonly<Record<string, unknown>> & { readonly Next: string })[];
}

/** When a state is tried again. */
export interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

/** The definition. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** How one state leads to another. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly by: 'next' | 'catch' | 'choice' | 'default';
  /** Of a choice: its condition. */
  readonly when?: Readonly<Record<string, unknown>>;
}

/** Text of the definition, with the names that only a deployment knows filled in. */
export function definitionOf(deployed: Deployed, functionArn: string): string {
  const [[, machine] = []] = deployed.of('AWS::StepFunctions::StateMachine');
  const definition = machine?.Properties['DefinitionString'] as { 'Fn::Join': [string, unknown[]] };
  return definition['Fn::Join'][1]
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'Ref' in (part as object) ? 'aws' : functionArn;
    })
    .join('');
}

/** Every way from one state to another. */
export function stepsOf({ States }: Machine): Step[] {
  return Object.entries(States).flatMap(([from, { Next, Default, Catch = [], Choices = [] }]): Step[] => [
    ...(Next === undefined ? [] : [{ from, to: Next, by: 'next' as const }]),
    ...(Default === undefined ? [] : [{ from, to: Default, by: 'default' as const }]),
    ...Catch.map((each) => ({ from, to: each.Next, by: 'catch' as const })),
    ...Choices.map(({ Next: to, ...when }) => ({ from, to, by: 'choice' as const, when })),
  ]);
}

/** Every path from the start to a state that ends, none with the same step twice. */
export function pathsOf(machine: Machine): Step[][] {
  const steps = stepsOf(machine);
  const walk = (at: string, taken: Step[]): Step[][] => {
    const onward = steps.filter((each) => each.from === at && !taken.includes(each));
    if (onward.length === 0) return [taken];
    return onward.flatMap((each) => walk(each.to, [...taken, each]));
  };
  return walk(machine.StartAt, []);
}
