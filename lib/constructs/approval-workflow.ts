// The state machine that times a request and wakes for people's decision. It decides nothing and mints nothing: its
// data is the grant's id, the request digest and how long to wait. JSONPath, which emulators can execute too.

import { ArnFormat, type CfnElement, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { onFailure, onTimeout, WorkflowSteps } from './approval-steps.ts';
import { acknowledgeWildcards } from './wildcards.ts';

interface ApprovalWorkflowProps {
  readonly prefix: string;
  /** lambda/workflow.ts. */
  readonly handler: LambdaFunction;
  readonly logRetention: RetentionDays;
}

/** Rights on the machine, by its name: the function that it calls wakes it, so neither can exist before the other. */
export class WorkflowRights {
  readonly arn: string;

  constructor(stack: Stack, prefix: string) {
    this.arn = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: workflowName(prefix),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Start executions. */
  grantStart(to: IGrantable): void {
    this.#allow(to, 'states:StartExecution');
  }

  /** Tell a waiting execution to go on: its token is another secret that this takes. */
  grantWake(to: IGrantable): void {
    this.#allow(to, 'states:SendTaskSuccess');
  }

  #allow(to: IGrantable, action: string): void {
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [this.arn] }));
  }
}

function workflowName(prefix: string): string {
  return `${prefix}-approvals`;
}

/** One Standard state machine; an execution is named like its grant, so that a second one cannot start. */
export class ApprovalWorkflow extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, { prefix, handler, logRetention }: ApprovalWorkflowProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', { retention: logRetention, removalPolicy: RemovalPolicy.RETAIN });
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: workflowName(prefix),
      comment: 'Waits while people decide; the grant row and its evidence decide',
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSON_PATH,
      definitionBody: sfn.DefinitionBody.fromChainable(flow(this, new WorkflowSteps(this, handler))),
      logs: { destination: log, level: sfn.LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
    const { machine } = this;
    acknowledgeWildcards(machine, ['*'], 'Delivery of its log and traces to X-Ray: neither has a resource');
    acknowledgeWildcards(
      machine,
      [`<${logicalId(handler)}.Arn>:*`],
      'Versions and aliases of the one function that executes its steps',
    );
  }
}

/** Open, wait in four parts with two reminders and one escalation between them, then ask the row how it ended. */
function flow(scope: Construct, steps: WorkflowSteps): sfn.IChainable {
  const open = steps.open('Open');
  const close = steps.close('Close');
  const closeUndecided = steps.close('CloseUndecided');
  const waitOut = new sfn.Wait(scope, 'WaitOut', {
    comment:
      'A step failed, or something woke the execution though nobody had decided: the request still waits',
    time: sfn.WaitTime.timestampPath('$.waits.expiresAt'),
  });
  const lapsed = new sfn.Succeed(scope, 'Lapsed');
  const ended = new sfn.Succeed(scope, 'Ended', {
    comment: 'An order killed the request, its agent took it back, or it failed: no decision ended it',
  });

  open.next(waitInParts(steps, { woken: close, failed: waitOut, over: closeUndecided }));
  onFailure(open, closeUndecided);
  onFailure(close, waitOut);
  close.next(decided(scope, { lapsed, ended, otherwise: waitOut }));
  waitOut.next(closeUndecided);
  const unfinished = new sfn.Fail(scope, 'Unfinished', {
    comment: 'The row is still open: the sweeper ends it at its deadline',
    error: 'Remit.Unfinished',
  });
  onFailure(closeUndecided, unfinished);
  closeUndecided.next(undecided(scope, { lapsed, ended, unfinished }));
  return open;
}

interface Waiting {
  readonly woken: sfn.IChainable;
  readonly failed: sfn.IChainable;
  /** Nobody decided, and the time is over. */
  readonly over: sfn.IChainable;
}

/** @returns the first part */
function waitInParts(steps: WorkflowSteps, { woken, failed, over }: Waiting): sfn.IChainable {
  const first = steps.wait('AwaitFirst', 'firstSeconds');
  const remind = steps.tell('Remind', 'remind');
  const second = steps.wait('AwaitSecond', 'secondSeconds');
  const remindAgain = steps.tell('RemindAgain', 'remind');
  const third = steps.wait('AwaitThird', 'thirdSeconds');
  const escalate = steps.tell('Escalate', 'escalate');
  const fourth = steps.wait('AwaitFourth', 'fourthSeconds');
  for (const [part, next] of [
    [first, remind],
    [second, remindAgain],
    [third, escalate],
    [fourth, over],
  ] as const) {
    onTimeout(part, next);
    onFailure(part, failed);
    part.next(woken);
  }
  for (const [telling, next] of [
    [remind, second],
    [remindAgain, third],
    [escalate, fourth],
  ] as const) {
    // a reminder that cannot be sent ends no waiting
    onFailure(telling, next);
    telling.next(next);
  }
  return first;
}

const status = (is: string) => sfn.Condition.stringEquals('$.outcome.status', is);
const endedOtherwise = sfn.Condition.or(...['killed', 'failed', 'withdrawn'].map(status));

interface Ends {
  readonly lapsed: sfn.IChainable;
  readonly ended: sfn.IChainable;
}

/** After somebody woke it. */
function decided(
  scope: Construct,
  { lapsed, ended, otherwise }: Ends & { readonly otherwise: sfn.IChainable },
): sfn.Choice {
  return new sfn.Choice(scope, 'HowDecided')
    .when(status('approved'), new sfn.Succeed(scope, 'Approved'))
    .when(status('denied'), new sfn.Succeed(scope, 'Denied'))
    .when(status('lapsed'), lapsed)
    .when(endedOtherwise, ended)
    .otherwise(otherwise);
}

/** After the time was over, or a step had failed. */
function undecided(
  scope: Construct,
  { lapsed, ended, unfinished }: Ends & { readonly unfinished: sfn.IChainable },
): sfn.Choice {
  const overtaken = new sfn.Succeed(scope, 'Overtaken', {
    comment: 'The row was decided while nothing waited for it; its outcome stands',
  });
  return new sfn.Choice(scope, 'HowEnded')
    .when(status('lapsed'), lapsed)
    .when(endedOtherwise, ended)
    .when(status('pending'), unfinished)
    .otherwise(overtaken);
}

function logicalId(handler: LambdaFunction): string {
  return Stack.of(handler).getLogicalId(handler.node.defaultChild as CfnElement);
}
