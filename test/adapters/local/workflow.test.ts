import { expect, onTestFinished, test } from 'vitest';
import { createLocalWorkflow, type WorkflowEvent } from '../../../src/adapters/local/workflow.ts';
import type { GrantId } from '../../../src/core/model.ts';

const GRANT = '01K9Z3Q4M5N6P7R8S9T0V1W2X3' as GrantId;
const WAITS = { firstSeconds: 60, secondSeconds: 60, thirdSeconds: 60, fourthSeconds: 60 };

function world(answer: (event: WorkflowEvent) => Promise<unknown> = async () => ({})) {
  let now = Date.parse('2026-11-24T00:00:00Z');
  const events: WorkflowEvent[] = [];
  const logs: object[] = [];
  const workflow = createLocalWorkflow({
    clock: () => new Date(now),
    log: (facts) => logs.push(facts),
    step: async (event) => {
      events.push(event);
      return event.step === 'opened' ? { ...WAITS, ...((await answer(event)) as object) } : answer(event);
    },
  });
  onTestFinished(() => workflow.close());
  const steps = () => events.map(({ step }) => step);
  const until = async (step: string) => {
    while (steps().at(-1) !== step) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const forward = (seconds: number) => {
    now += seconds * 1000;
  };
  return { workflow, events, logs, steps, until, forward };
}

test('[LOCAL-37] nobody decides: reminders, escalation and close come in the order of the state machine', async () => {
  const { workflow, steps, until, forward } = world();
  await workflow.start(GRANT, 'sha256:1');
  await until('await');
  for (const seconds of [61, 61, 61]) {
    forward(seconds);
    const before = steps().length;
    while (steps().length < before + 2) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  forward(61);
  await until('close');
  expect(steps()).toEqual([
    'opened',
    ...['await', 'remind', 'await', 'remind', 'await', 'escalate', 'await'],
    'close',
  ]);
});

test('[LOCAL-37] a wake goes to close at once, and its token works once', async () => {
  const { workflow, events, steps, until } = world();
  await workflow.start(GRANT, 'sha256:1');
  await until('await');
  const token = events.at(-1)?.taskToken ?? '';
  expect(await workflow.wake(token)).toBe(true);
  await until('close');
  expect(await workflow.wake(token)).toBe(false);
  expect(await workflow.wake('another')).toBe(false);
  expect(steps()).toEqual(['opened', 'await', 'close']);
  expect(events.map(({ requestDigest }) => requestDigest)).toEqual(['sha256:1', 'sha256:1', 'sha256:1']);
});

test('[LOCAL-37] a step that finds the row moved wakes its own waiting', async () => {
  const own = world(async ({ step, taskToken = '' }) => {
    if (step === 'await') expect(await own.workflow.wake(taskToken)).toBe(true);
    return {};
  });
  await own.workflow.start(GRANT, 'sha256:1');
  await own.until('close');
  expect(own.steps()).toEqual(['opened', 'await', 'close']);
});

test('[LOCAL-37] one grant has one execution, also after it ended', async () => {
  const { workflow, events, steps, until } = world();
  await Promise.all([workflow.start(GRANT, 'sha256:1'), workflow.start(GRANT, 'sha256:1')]);
  await until('await');
  await workflow.wake(events.at(-1)?.taskToken ?? '');
  await until('close');
  await workflow.start(GRANT, 'sha256:1');
  expect(steps()).toEqual(['opened', 'await', 'close']);
});

test('[LOCAL-37] a step that fails is tried again, and one that stays broken is logged and ends nothing else', async () => {
  let failures = 0;
  const { workflow, steps, until, forward, logs } = world(async ({ step }) => {
    if (step === 'opened' && failures++ < 1) throw new Error('throttled');
    if (step === 'remind') throw new Error('channel down');
    return {};
  });
  await workflow.start(GRANT, 'sha256:1');
  await until('await');
  forward(61);
  while (steps().filter((step) => step === 'await').length < 2)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(steps().filter((step) => step === 'opened')).toHaveLength(2);
  expect(logs).toEqual([expect.objectContaining({ step: 'remind', failed: 'Error: channel down' })]);
});

test.each(['opened', 'await'])(
  '[LOCAL-37] ends at once, also while the step %s is under way',
  async (slow) => {
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { workflow, until, steps } = world(async ({ step }) => {
      if (step === slow) await held;
      return {};
    });
    await workflow.start(GRANT, 'sha256:1');
    await until(slow);
    const closed = workflow.close();
    go();
    // the clock stands still, so nothing else would end the waiting
    await closed;
    expect(steps().at(-1)).toBe(slow);
  },
);
