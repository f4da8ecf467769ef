// The task states of the approval workflow. Each has a timeout, is tried again when it fails, and hands over to a
// named state when that does not help. None keeps what an error says: it could quote anything.

import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/** Longer than the function itself may run. */
const STEP_TIMEOUT = Duration.seconds(30);
/** What tells people is tried again after 2, 4, 8, 16, 32 and 64 s: then the waiting goes on without it. */
const RETRY = { interval: Duration.seconds(2), maxAttempts: 6, backoffRate: 2 };
/** Steps that the rest depends on outlive an outage of a quarter of an hour: an execution is never started twice. */
const PATIENT = { ...RETRY, maxAttempts: 20, maxDelay: Duration.seconds(60) };

const path = sfn.JsonPath.stringAt;
const subject = { grantId: path('$.grantId'), requestDigest: path('$.requestDigest') };

/** The parts of the waiting, between which people are told. */
const WAITS = ['firstSeconds', 'secondSeconds', 'thirdSeconds', 'fourthSeconds'] as const;

/** What lambda/workflow.ts is asked to do; each state says one of them. */
type Step = 'opened' | 'await' | 'remind' | 'escalate' | 'close';

/** Makes the states that call the workflow function. */
export class WorkflowSteps {
  readonly #scope: Construct;
  readonly #handler: IFunction;

  constructor(scope: Construct, handler: IFunction) {
    this.#scope = scope;
    this.#handler = handler;
  }

  /** Takes the request over; `$.waits` then says how long each part of the waiting is. */
  open(id: string): sfn.TaskStateBase {
    const names = [...WAITS, 'expiresAt'];
    return this.#call(id, 'opened', {
      retry: PATIENT,
      resultSelector: Object.fromEntries(names.map((name) => [`${name}.$`, `$.Payload.${name}`])),
      resultPath: '$.waits',
    });
  }

  /** Tells people something; what comes of it changes nothing here. */
  tell(id: string, step: 'remind' | 'escalate'): sfn.TaskStateBase {
    return this.#call(id, step, { retry: RETRY, resultPath: sfn.JsonPath.DISCARD });
  }

  /** Asks the row how it ended; `$.outcome.status` then says. */
  close(id: string): sfn.TaskStateBase {
    return this.#call(id, 'close', {
      retry: PATIENT,
      resultSelector: { 'status.$': '$.Payload.status' },
      resultPath: '$.outcome',
    });
  }

  /** Waits to be woken, for as long as `$.waits` says. Only being called is tried again: a timeout is the answer. */
  wait(id: string, seconds: (typeof WAITS)[number]): sfn.TaskStateBase {
    const task = new LambdaInvoke(this.#scope, id, {
      lambdaFunction: this.#handler,
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: sfn.TaskInput.fromObject({ step: 'await', ...subject, taskToken: sfn.JsonPath.taskToken }),
      taskTimeout: sfn.Timeout.at(`$.waits.${seconds}`),
      resultPath: sfn.JsonPath.DISCARD,
      retryOnServiceExceptions: false,
    });
    return task.addRetry({ ...PATIENT, errors: [sfn.Errors.TASKS_FAILED] });
  }

  #call(
    id: string,
    step: Step,
    {
      retry,
      ...result
    }: Pick<sfn.TaskStateBaseProps, 'resultPath' | 'resultSelector'> & {
      readonly retry: sfn.RetryProps;
    },
  ): sfn.TaskStateBase {
    const task = new LambdaInvoke(this.#scope, id, {
      lambdaFunction: this.#handler,
      payload: sfn.TaskInput.fromObject({ step, ...subject }),
      taskTimeout: sfn.Timeout.duration(STEP_TIMEOUT),
      retryOnServiceExceptions: false,
      ...result,
    });
    return task.addRetry({ ...retry, errors: [sfn.Errors.ALL] });
  }
}

/** Goes on with `next` when a step fails for good, and forgets why: logs and the alarm tell. */
export function onFailure(task: sfn.TaskStateBase, next: sfn.IChainable): void {
  task.addCatch(next, { errors: [sfn.Errors.ALL], resultPath: sfn.JsonPath.DISCARD });
}

/** Goes on with `next` when nobody woke it in time. */
export function onTimeout(task: sfn.TaskStateBase, next: sfn.IChainable): void {
  task.addCatch(next, { errors: [sfn.Errors.TIMEOUT], resultPath: sfn.JsonPath.DISCARD });
}
