// The functions of approvals, one per duty: decisions, passkeys, views, questions, and the workflow's steps. Who may write what is
// the security of approvals: passkeys, evidence and leases have three different writers.

import { Duration, type Stack } from 'aws-cdk-lib';
import type {
  approvalsEnv,
  passkeysEnv,
  questionsEnv,
  Variables,
  viewsEnv,
  workflowEnv,
} from '../../src/config/env.ts';
import { CATALOG_PATH, type FunctionsProps, peopleOf, placeOf } from './functions.ts';
import { RemitFunction } from './remit-function.ts';
import { addReviewReminders } from './review-reminders.ts';

/** Adds them all to a stack. */
export function addPeopleFunctions(stack: Stack, props: FunctionsProps) {
  return {
    approvals: addApprovals(stack, props),
    passkeys: addPasskeys(stack, props),
    views: addViews(stack, props),
    questions: addQuestions(stack, props),
    workflow: addWorkflow(stack, props),
    remind: addReviewReminders(stack, props),
  };
}

function addApprovals(stack: Stack, props: FunctionsProps) {
  const { defaults, tables, approvalTables, notices, workflow } = props;
  const approvals = new RemitFunction<Variables<typeof approvalsEnv>>(stack, 'Approvals', {
    entry: 'approvals',
    description: 'Shows requests to people and records their decisions; it can mint nothing',
    environment: {
      BROKER_URL: props.brokerUrl,
      CATALOG_FILE: CATALOG_PATH,
      ...peopleOf(props),
      ...placeOf(stack, props),
      GRANTS_TABLE: tables.grants.tableName,
      REGISTRY_TABLE: tables.registry.tableName,
      BUDGETS_TABLE: tables.budgets.tableName,
      EVIDENCE_TABLE: approvalTables.evidence.tableName,
      FINDINGS_TABLE: approvalTables.findings.tableName,
      NOTIFY_TOPIC_ARN: notices.topic.topicArn,
      EVENT_BUS: notices.busName,
    },
    defaults,
  });
  tables.grantDecide(approvals);
  tables.grantSeeBudgets(approvals);
  tables.grantOutbox(approvals);
  approvalTables.grantKnowPeople(approvals);
  approvalTables.grantKeepEvidence(approvals);
  approvalTables.grantReport(approvals);
  notices.grantTell(approvals);
  workflow.grantWake(approvals);
  return approvals;
}

function addPasskeys(stack: Stack, props: FunctionsProps) {
  const passkeys = new RemitFunction<Variables<typeof passkeysEnv>>(stack, 'Passkeys', {
    entry: 'passkeys',
    description: 'Enrols, confirms and removes passkeys; the one writer of people',
    environment: { BROKER_URL: props.brokerUrl, ...peopleOf(props) },
    defaults: props.defaults,
  });
  props.approvalTables.grantEnrol(passkeys);
  props.tables.grantOutbox(passkeys);
  return passkeys;
}

function addViews(stack: Stack, props: FunctionsProps) {
  const { tables, approvalTables } = props;
  const views = new RemitFunction<Variables<typeof viewsEnv>>(stack, 'Views', {
    entry: 'views',
    description: 'Shows grants and findings to people; it writes only whom it refused',
    environment: {
      BROKER_URL: props.brokerUrl,
      CATALOG_FILE: CATALOG_PATH,
      ...peopleOf(props),
      GRANTS_TABLE: tables.grants.tableName,
      FINDINGS_TABLE: approvalTables.findings.tableName,
    },
    defaults: props.defaults,
  });
  tables.grantView(views);
  tables.grantOutbox(views);
  approvalTables.grantKnowPeople(views);
  approvalTables.grantReadFindings(views);
  return views;
}

function addQuestions(stack: Stack, props: FunctionsProps) {
  const { tables } = props;
  const { PEOPLE_TABLE: _, ...people } = peopleOf(props);
  const questions = new RemitFunction<Variables<typeof questionsEnv>>(stack, 'Questions', {
    entry: 'questions',
    description:
      'Answers what security teams ask, from indexes and the trail; it writes only whom it refused',
    environment: {
      CATALOG_FILE: CATALOG_PATH,
      ...people,
      ...placeOf(stack, props),
      GRANTS_TABLE: tables.grants.tableName,
      REGISTRY_TABLE: tables.registry.tableName,
      TRAIL_BUCKET: props.trail.bucket.bucketName,
    },
    // what an answer may take, and shorter than API Gateway waits
    timeout: Duration.seconds(28),
    memorySize: 1024,
    defaults: props.defaults,
  });
  tables.grantView(questions);
  tables.grantViewAgents(questions);
  tables.grantOutbox(questions);
  props.trail.grantRead(questions);
  return questions;
}

function addWorkflow(stack: Stack, props: FunctionsProps) {
  const { tables, approvalTables, notices, workflow } = props;
  const steps = new RemitFunction<Variables<typeof workflowEnv>>(stack, 'Workflow', {
    entry: 'workflow',
    description: 'Executes the steps of the approval workflow: tells people, and lapses what nobody decided',
    environment: {
      CATALOG_FILE: CATALOG_PATH,
      ...placeOf(stack, props),
      GRANTS_TABLE: tables.grants.tableName,
      FINDINGS_TABLE: approvalTables.findings.tableName,
      CONSOLE_ORIGIN: props.consoleOrigin,
      NOTIFY_TOPIC_ARN: notices.topic.topicArn,
      EVENT_BUS: notices.busName,
    },
    timeout: Duration.seconds(20),
    defaults: props.defaults,
  });
  tables.grantMove(steps);
  approvalTables.grantReport(steps);
  notices.grantTell(steps);
  workflow.grantWake(steps);
  return steps;
}
