// A wrong configuration stops synth and says what is allowed.

import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { compileForSynth } from '../../lib/compile-for-synth.ts';
import { readConfig } from '../../lib/config.ts';
import { addTargetStacks, RemitTargetStack } from '../../lib/remit-target-stack.ts';
import { PEOPLES_ISSUER } from '../../src/core/catalog/owners.ts';
import { catalog, stackOf } from '../support/stack.ts';

const read = (remit: unknown, flags: Record<string, unknown> = {}) =>
  readConfig(new App({ context: { remit, ...flags } }).node);

describe('the configuration', () => {
  test('[DEPLOY-1] has a default for every key', () => {
    expect(read({})).toEqual({
      prefix: 'remit',
      catalog: 'catalog',
      requestsPerSecond: 100,
      burst: 200,
      logRetentionDays: 90,
      tables: 'retain',
      notifyEmails: [],
      audit: { mode: 'governance', days: 30 },
    });
  });

  test('[DEPLOY-2] takes flags over the file', () => {
    const config = read({ prefix: 'one' }, { 'remit.prefix': 'two', 'remit.requestsPerSecond': '5' });
    expect(config).toMatchObject({ prefix: 'two', requestsPerSecond: 5 });
  });

  test.each([
    ['an unknown key', { prefx: 'x' }, /remit\.prefx: unknown; the keys are prefix/],
    ['a prefix that names nothing', { prefix: 'Remit!' }, /remit\.prefix: .*1 to 15.*given: "Remit!"/],
    [
      'a retention that CloudWatch does not have',
      { logRetentionDays: 8 },
      /remit\.logRetentionDays: must be one of 1, 3/,
    ],
    ['an address that is none', { alarmEmail: 'ada' }, /remit\.alarmEmail/],
    ['a placeholder', { alarmEmail: 'you@example.com' }, /remit\.alarmEmail: is a placeholder/],
    ['a placeholder of a catalog', { catalog: '<your catalog>' }, /remit\.catalog: is a placeholder/],
    ['an account that is none', { homeAccount: 123 }, /remit\.homeAccount/],
    ['a key that is none', { tableKeyArn: 'alias/x' }, /remit\.tableKeyArn: must be the ARN/],
    ['no object', 'prefix=x', /must be an object/],
  ])('[DEPLOY-3] with %s refuses to synthesize', (_, remit, message) => {
    expect(() => read(remit)).toThrow(message);
  });
});

test('[DEPLOY-4] a catalog that does not compile refuses to synthesize, and says why', () => {
  expect(() => compileForSynth({ catalog: 'test/support', prefix: 'remit' })).toThrow(
    /issuers\.yaml.*missing.*fix:/s,
  );
});

describe('owners that people cannot be told from', () => {
  const provider = (issuer: string) => ({
    issuer,
    clientId: 'remit-console',
    roles: { administrator: ['platform-admins'] },
  });
  const warnings = (remit: object, of = catalog) => {
    const { stack } = stackOf(remit, of);
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('owners of these agents'))
      .map(({ entry }) => String(entry.data));
  };
  const withOwners = (issuer: string) => ({
    ...catalog,
    agents: catalog.agents.map((agent) => ({ ...agent, owner: { ...agent.owner, issuer } })),
  });

  test('[DEPLOY-11] a provider that is not theirs refuses to synthesize, with file, line and fix', () => {
    const compile = (issuer: string) => compileForSynth(read({ people: provider(issuer) }));
    expect(() => compile('https://login.acme.dev/')).toThrow(
      /agents\/billing-agent\.yaml:4: .*nobody could approve.*\n {4}fix: .*leave the issuer out/,
    );
    expect(compile('https://login.acme.dev').agents).toHaveLength(3);
  });

  test('[DEPLOY-11] with the pool of the stack it is a warning that names the agents', () => {
    const [warning, ...others] = warnings({});
    expect(others).toEqual([]);
    expect(warning).toContain('billing-agent (https://login.acme.dev)');
    expect(warning).toContain('approvals are refused');
    expect(warnings({}, withOwners(PEOPLES_ISSUER))).toEqual([]);
    const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123';
    expect(warnings({}, withOwners(pool))).toEqual([]);
    expect(warnings({}, withOwners(`${pool}/`))).toHaveLength(1);
    expect(warnings({ people: provider('https://login.acme.dev') })).toEqual([]);
  });
});

describe('tasks of another account', () => {
  const [task, ...rest] = catalog.tasks;
  if (task === undefined) throw new Error('no task');
  const away = { ...catalog, tasks: [{ ...task, account: '444455556666' }, ...rest] };

  test('[DEPLOY-5] have their roles there, trusted to the token function here', () => {
    const app = new App();
    addTargetStacks(app, {
      config: { ...read({}), homeAccount: '111122223333' },
      catalog: away,
      codeOf: () => Code.fromInline('// not run'),
    });
    const [stack] = app.node.children.filter((each) => each instanceof RemitTargetStack);
    expect(stack?.account).toBe('444455556666');
    const nested = stack?.node
      .findAll()
      .find((each) => 'nestedStackParent' in each && each.nestedStackParent);
    const text = JSON.stringify(Template.fromStack(nested as RemitTargetStack).toJSON());
    expect(text).toContain(':iam::111122223333:role/remit/remit-token');
    expect(text).toContain(`remit-task-${task.id}`);
  });

  test('[DEPLOY-6] need to know which account is home', () => {
    expect(() => addTargetStacks(new App(), { config: read({}), catalog: away })).toThrow(
      /remit\.homeAccount/,
    );
  });
});
