// Approval workflows as timers in this process, in place of Step Functions: the same steps, called in the order of the
// state machine (lib/constructs/approval-workflow.ts). It times and wakes; the row is the truth, so nothing is lost
// when it ends with the process.

import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ApprovalWorkflow } from '../../core/approve/ports.ts';
import type { GrantId } from '../../core/model.ts';
import type { Clock } from '../../core/ports.ts';
import type { LogSink } from '../aws/telemetry.ts';

/** What the workflow function is asked to do. */
export interface WorkflowEvent {
  readonly step: 'opened' | 'await' | 'remind' | 'escalate' | 'close';
  readonly grantId: string;
  readonly requestDigest: string;
  readonly taskToken?: string;
}

export interface LocalWorkflowOptions {
  /** The workflow function. */
  readonly step: (event: WorkflowEvent) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: LogSink;
}

/** Workflows of this process. */
export interface LocalWorkflow extends ApprovalWorkflow {
  /** Stops all timers; resolves when no step runs any more. */
  close(): Promise<void>;
}

/** Timers look at the clock this often: tests move it. */
const LOOK_EVERY_MS = 500;
const ATTEMPTS = 4;
/** Before the second attempt of a step; doubles. */
const FIRST_PAUSE_MS = 250;

const waits = z.object({
  firstSeconds: z.number().nonnegative(),
  secondSeconds: z.number().nonnegative(),
  thirdSeconds: z.number().nonnegative(),
  fourthSeconds: z.number().nonnegative(),
});

type Named = Pick<WorkflowEvent, 'grantId' | 'requestDigest'>;

/** No execution runs before the first `start`. */
export function createLocalWorkflow(options: LocalWorkflowOptions): LocalWorkflow {
  return new Timers(options);
}

class Timers implements LocalWorkflow {
  readonly #options: LocalWorkflowOptions;
  /** Every grant that had one: as in Step Functions, a name is used once. */
  readonly #executions = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, () => void>();
  readonly #ending = new AbortController();

  constructor(options: LocalWorkflowOptions) {
    this.#options = options;
  }

  async start(grantId: GrantId, requestDigest: string): Promise<void> {
    if (this.#executions.has(grantId) || this.#ending.signal.aborted) return;
    this.#executions.set(
      grantId,
      this.#run({ grantId, requestDigest }).catch((error: unknown) =>
        this.#options.log({ operation: 'workflow', grantId, failed: String(error) }),
      ),
    );
  }

  async wake(taskToken: string): Promise<boolean> {
    const wake = this.#waiting.get(taskToken);
    wake?.();
    return wake !== undefined;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    for (const wake of this.#waiting.values()) wake();
    await Promise.all(this.#executions.values());
  }

  async #run(named: Named): Promise<void> {
    const parts = waits.parse(await this.#step('opened', named));
    const isOver =
      (await this.#wait(named, parts.firstSeconds)) ||
      (await this.#tell('remind', named)) ||
      (await this.#wait(named, parts.secondSeconds)) ||
      (await this.#tell('remind', named)) ||
      (await this.#wait(named, parts.thirdSeconds)) ||
      (await this.#tell('escalate', named));
    if (!isOver) await this.#wait(named, parts.fourthSeconds);
    await this.#step('close', named);
  }

  /** Tells people; that it failed changes nothing. @returns false: the waiting goes on */
  async #tell(step: 'remind' | 'escalate', named: Named): Promise<false> {
    await this.#step(step, named).catch((error: unknown) =>
      this.#options.log({ operation: 'workflow', step, ...named, failed: String(error) }),
    );
    return false;
  }

  /** @returns whether it was woken before its time was over */
  async #wait(named: Named, seconds: number): Promise<boolean> {
    const until = this.#options.clock().getTime() + seconds * 1000;
    const taskToken = randomUUID();
    let isWoken = false;
    const woken = new Promise<void>((resolve) => {
      this.#waiting.set(taskToken, () => {
        isWoken = true;
        resolve();
      });
    });
    try {
      // the step itself may wake at once: the row may have moved meanwhile
      await this.#step('await', named, taskToken);
      // an end that came during a step found nobody waiting yet whom it could wake
      while (!isWoken && !this.#ending.signal.aborted && this.#options.clock().getTime() < until)
        await Promise.race([woken, pause(LOOK_EVERY_MS)]);
      return isWoken || this.#ending.signal.aborted;
    } finally {
      this.#waiting.delete(taskToken);
    }
  }

  async #step(step: WorkflowEvent['step'], named: Named, taskToken?: string): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#ending.signal.aborted) return undefined;
      try {
        return await this.#options.step({ step, ...named, ...(taskToken !== undefined && { taskToken }) });
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
