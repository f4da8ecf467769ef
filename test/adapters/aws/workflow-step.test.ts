import { describe, expect, test } from 'vitest';
import { buildWorkflow } from '../../../lambda/workflow.ts';
import { readWorkflowStep } from '../../../src/adapters/aws/workflow-step.ts';
import { workflowCatalog } from '../../support/pending.ts';

const event = {
  step: 'opened',
  grantId: '01K9Z3Q4M5N6P7R8S9T0V1W2X3',
  requestDigest: `sha256:${'a'.repeat(64)}`,
};

describe('an event of the workflow function', () => {
  test('[WORKFLOW-10] is what a state of the machine sends', () => {
    expect(readWorkflowStep(event)).toEqual(event);
    const wait = { ...event, step: 'await', taskToken: 'token' };
    expect(readWorkflowStep(wait)).toEqual(wait);
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'opened'],
    ['a list', [event]],
    ['a step that there is not', { ...event, step: 'approve' }],
    ['a decision beside it', { ...event, status: 'approved' }],
    ['a wait without its token', { ...event, step: 'await' }],
    ['an empty token', { ...event, step: 'await', taskToken: '' }],
    ['a token elsewhere', { ...event, taskToken: 'token' }],
    ['a grant id of another form', { ...event, grantId: 'x' }],
    ['a grant id with a newline', { ...event, grantId: `${event.grantId}\n` }],
    ['a digest of another form', { ...event, requestDigest: 'sha256:1' }],
    ['an HTTP request', { rawPath: '/', body: JSON.stringify(event) }],
  ])('[WORKFLOW-10] that is %s is refused, and not quoted', async (_, wrong) => {
    expect(() => readWorkflowStep(wrong)).toThrow(/^the event is no step of the workflow$/);
    const env = {
      CATALOG_FILE: 'none',
      GRANTS_TABLE: 'grants',
      FINDINGS_TABLE: 'findings',
      ROLE_ACCOUNT: '111122223333',
      ROLE_PARTITION: 'aws',
      ROLE_PREFIX: 'remit',
      CONSOLE_ORIGIN: 'https://console.acme.dev',
      NOTIFY_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:notices',
      EVENT_BUS: 'default',
    };
    // nothing listens there: it is refused before anything is read
    const world = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', catalog: workflowCatalog() };
    await expect(buildWorkflow(env, world)(wrong)).rejects.toThrow(/no step of the workflow/);
  });
});
