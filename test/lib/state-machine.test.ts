// The state machine of approvals, walked: every path of the definition that is deployed.

import { describe, expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';
import {
  definitionOf,
  type Machine,
  pathsOf,
  type Retry,
  type Step,
  stepsOf,
} from '../support/state-machine.ts';

const deployed = deployedBy(stackOf().stack);
const machine = JSON.parse(
  definitionOf(deployed, 'arn:aws:lambda:eu-west-1:111122223333:function:remit-workflow'),
) as Machine;
const states = Object.entries(machine.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const waits = tasks.filter(([, { Resource }]) => Resource?.endsWith('.waitForTaskToken'));
const paths = pathsOf(machine);
const ends = (path: readonly Step[]) => path.at(-1)?.to ?? '';
const isWake = ({ from, by }: Step) => by === 'next' && waits.some(([name]) => name === from);

const isWaitOver = (from: string) => waits.some(([name]) => name === from);

/** Whether a path may end in Approved. */
function isEarned(path: readonly Step[]): boolean {
  const woken = path.findIndex(isWake);
  const last = path.at(-1);
  return (
    woken >= 0 &&
    path[woken + 1]?.from === 'Close' &&
    last?.by === 'choice' &&
    JSON.stringify(last.when) === JSON.stringify({ Variable: '$.outcome.status', StringEquals: 'approved' })
  );
}

describe('Approved', () => {
  const approving = paths.filter((path) => ends(path) === 'Approved');
  test('[WORKFLOW-1] is reached only by a wake, the reading of the row, and a row that says approved', () => {
    expect(approving.length).toBeGreaterThanOrEqual(4);
    for (const path of approving) expect(isEarned(path)).toBe(true);
  });

  test('[WORKFLOW-1] is not entered by an error, a timeout or a default', () => {
    const into = stepsOf(machine).filter(({ to }) => to === 'Approved');
    expect(into.map(({ from, by }) => ({ from, by }))).toEqual([{ from: 'HowDecided', by: 'choice' }]);
  });

  test('[WORKFLOW-1] the walk finds a way around that somebody adds', () => {
    const { AwaitThird, ...others } = machine.States;
    const [first] = AwaitThird?.Catch ?? [];
    if (AwaitThird === undefined || first === undefined) throw new Error('no such state');
    const changed = {
      ...machine,
      States: { ...others, AwaitThird: { ...AwaitThird, Catch: [{ ...first, Next: 'Approved' }] } },
    };
    const found = pathsOf(changed).filter((path) => ends(path) === 'Approved');
    expect(found.every(isEarned)).toBe(false);
  });
});

describe('every step', () => {
  test('[WORKFLOW-2] has a timeout, is tried again, and catches everything', () => {
    expect(tasks.map(([name]) => name).sort()).toEqual([
      'AwaitFirst',
      'AwaitFourth',
      'AwaitSecond',
      'AwaitThird',
      'Close',
      'CloseUndecided',
      'Escalate',
      'Open',
      'Remind',
      'RemindAgain',
    ]);
    for (const [name, { TimeoutSeconds, TimeoutSecondsPath, Retry = [], Catch = [] }] of tasks) {
      expect(TimeoutSeconds ?? TimeoutSecondsPath, name).toBeDefined();
      expect(
        Retry.some(({ MaxAttempts }) => MaxAttempts > 1),
        name,
      ).toBe(true);
      expect(Catch.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
    }
  });

  test('[WORKFLOW-2] a wait that is over is not tried again: the timeout is the answer', () => {
    expect(waits).toHaveLength(4);
    for (const [, { Retry = [], Catch = [] }] of waits) {
      // States.TaskFailed is every error but the timeout
      expect(Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(['States.TaskFailed']);
      expect(Catch[0]?.ErrorEquals).toEqual(['States.Timeout']);
    }
  });

  test('[WORKFLOW-2] whatever the rest depends on outlives an outage of a quarter of an hour', () => {
    const outlived = ({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, MaxAttempts }: Retry) =>
      Array.from({ length: MaxAttempts }, (_, attempt) =>
        Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
      ).reduce((sum, seconds) => sum + seconds, 0);
    for (const [name, { Retry = [] }] of tasks) {
      const isTelling = ['Remind', 'RemindAgain', 'Escalate'].includes(name);
      expect(Math.max(...Retry.map(outlived)), name).toBeGreaterThanOrEqual(isTelling ? 120 : 900);
    }
  });

  test('[WORKFLOW-2] people are reminded twice, then it is escalated once, in this order', () => {
    const undisturbed = paths.find(
      (path) =>
        path.every(({ from, by, to }) => by !== 'catch' || (isWaitOver(from) && to !== 'WaitOut')) &&
        !path.some(isWake),
    );
    expect(undisturbed?.map(({ from }) => from)).toEqual([
      ...['Open', 'AwaitFirst', 'Remind', 'AwaitSecond', 'RemindAgain', 'AwaitThird', 'Escalate'],
      ...['AwaitFourth', 'CloseUndecided', 'HowEnded'],
    ]);
  });

  test('[WORKFLOW-2] every path ends in an outcome by name, after the row was asked', () => {
    const outcomes = new Set(paths.map(ends));
    expect(outcomes).toEqual(new Set(['Approved', 'Denied', 'Lapsed', 'Ended', 'Overtaken', 'Unfinished']));
    for (const path of paths) {
      expect(path.some(({ from }) => from === 'Close' || from === 'CloseUndecided')).toBe(true);
      expect(['Succeed', 'Fail']).toContain(machine.States[ends(path)]?.Type);
    }
  });
});

test('[WORKFLOW-7] an end that no decision made, however it is told, is Ended and neither approved nor lapsed', () => {
  for (const choice of ['HowDecided', 'HowEnded']) {
    const into = stepsOf(machine).find(({ from, to }) => from === choice && to === 'Ended');
    const told = JSON.stringify(into?.when).matchAll(/"StringEquals":"(\w+)"/g);
    expect([...told].map(([, status]) => status)).toEqual(['killed', 'failed', 'withdrawn']);
  }
});

test('[WORKFLOW-3] an execution carries grant id, digest, task token and waits, and forgets what errors say', () => {
  const carried = { 'grantId.$': '$.grantId', 'requestDigest.$': '$.requestDigest' };
  for (const [name, { Parameters, ResultPath, ResultSelector, Catch = [] }] of tasks) {
    const { step, ...payload } = Parameters?.Payload ?? {};
    const waiting = waits.some(([each]) => each === name);
    expect(step).toMatch(/^(opened|await|remind|escalate|close)$/);
    expect(payload).toEqual({ ...carried, ...(waiting && { 'taskToken.$': '$$.Task.Token' }) });
    for (const each of Catch) expect(each.ResultPath).toBeNull();
    // a result is dropped, or its members are picked by name
    expect(ResultPath === null || ResultSelector !== undefined, name).toBe(true);
  }
  const picked = tasks.flatMap(([, { ResultSelector = {} }]) => Object.keys(ResultSelector));
  expect(new Set(picked)).toEqual(
    new Set([
      'firstSeconds.$',
      'secondSeconds.$',
      'thirdSeconds.$',
      'fourthSeconds.$',
      'expiresAt.$',
      'status.$',
    ]),
  );
});

test('[WORKFLOW-3] its log holds no data of executions', () => {
  const [[, { Properties } = { Properties: {} }] = []] = deployed.of('AWS::StepFunctions::StateMachine');
  expect(Properties).toMatchObject({
    StateMachineType: 'STANDARD',
    LoggingConfiguration: { IncludeExecutionData: false },
  });
});
