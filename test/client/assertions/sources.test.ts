import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAssertion, describeAssertion } from '../../../src/client/assertions/check.ts';
import { findAssertionSource } from '../../../src/client/assertions/find.ts';
import { fileSource } from '../../../src/client/assertions/given.ts';
import type { Surroundings } from '../../../src/client/assertions/source.ts';
import { createBrokerClient } from '../../../src/client/broker-client.ts';
import { fakeAssertion, startFakeBroker } from '../fake-broker.ts';

const ASKED = { task: 't', parameters: {}, purpose: 'p' };

interface Asked {
  url: URL;
  headers: Record<string, string>;
  redirect: string | undefined;
}

/** The platform of `source`, answering `answer` and remembering what it was asked. */
function platform(source: string, env: Record<string, string>, answer: () => Response) {
  const asked: Asked[] = [];
  const around: Surroundings = {
    env: { ...env, REMIT_ASSERTION_SOURCE: source },
    broker: 'http://localhost:8787',
    fetch: (url, init) => {
      asked.push({
        url: new URL(String(url)),
        headers: init?.headers as Record<string, string>,
        redirect: init?.redirect,
      });
      return Promise.resolve(answer());
    },
    exists: () => false,
    firstLine: () => '',
  };
  return { asked, source: findAssertionSource(around) };
}

describe('platforms that mint for an audience', () => {
  it('GitHub Actions: the audience is added to the address it was given', async () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.test/token?api-version=2',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    };
    const { asked, source } = platform('github', env, () => Response.json({ value: 'the-jwt' }));
    expect(await source.fetch('https://remit.test')).toBe('the-jwt');
    expect(asked[0]?.url.searchParams.get('audience')).toBe('https://remit.test');
    expect(asked[0]?.url.searchParams.get('api-version')).toBe('2');
    expect(asked[0]?.headers['authorization']).toBe('Bearer request-token');
    expect(source.repeats).toBe(false);
  });

  it('Google: the metadata server, with its header', async () => {
    const { asked, source } = platform('google', {}, () => new Response('the-jwt\n'));
    expect(await source.fetch('aud')).toBe('the-jwt');
    expect(asked[0]?.url.href).toBe(
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity?audience=aud&format=full',
    );
    expect(asked[0]?.headers['metadata-flavor']).toBe('Google');
    expect(source.repeats).toBe(true);
  });

  it('Azure: IMDS on a machine, the announced endpoint elsewhere', async () => {
    const answer = () => Response.json({ access_token: 'the-jwt' });
    const machine = platform('azure', { AZURE_CLIENT_ID: 'id' }, answer);
    expect(await machine.source.fetch('api://remit')).toBe('the-jwt');
    expect(machine.asked[0]?.url.host).toBe('169.254.169.254');
    expect(Object.fromEntries(machine.asked[0]?.url.searchParams ?? [])).toEqual({
      'api-version': '2018-02-01',
      resource: 'api://remit',
      client_id: 'id',
    });
    const env = { IDENTITY_ENDPOINT: 'http://127.0.0.1:42356/msi', IDENTITY_HEADER: 'h' };
    const app = platform('azure', env, answer);
    await app.source.fetch('api://remit');
    expect(app.asked[0]?.url.host).toBe('127.0.0.1:42356');
    expect(app.asked[0]?.headers['x-identity-header']).toBe('h');
  });

  it('[CLI-9] an agent that the local demo issuer does not know is told with those it has', async () => {
    const error = 'the catalog has no agent "nobody"; it has: billing-agent, night-agent';
    const asking = async (answer: () => Response) =>
      platform('local', { REMIT_AGENT: 'nobody' }, answer).source.fetch('x');
    await expect(asking(() => Response.json({ error }, { status: 404 }))).rejects.toMatchObject({
      code: 'assertion_unavailable',
      retryable: false,
      message: `The local demo issuer does not attest it: ${error}`,
    });
    for (const hostile of ['\u001b[2J', '', 7])
      await expect(asking(() => Response.json({ error: hostile }, { status: 404 }))).rejects.toMatchObject({
        message: 'The local demo issuer answered HTTP 404 instead of an assertion.',
      });
    const long = { error: `it has: ${'agent, '.repeat(300)}` };
    const cut = await asking(() => Response.json(long, { status: 404 })).catch(String);
    expect(cut.length).toBeLessThan(700);
  });

  it('the local demo issuer: text or JSON, for the agent that is named', async () => {
    const text = platform('local', { REMIT_AGENT: 'billing bot' }, () => new Response('the-jwt\n'));
    expect(await text.source.fetch('x')).toBe('the-jwt');
    expect(text.asked[0]?.url.href).toBe('http://localhost:8787/dev/assertion?agent=billing+bot');
    const json = platform('local', { REMIT_AGENT: 'a' }, () => Response.json({ assertion: 'the-jwt' }));
    expect(await json.source.fetch('x')).toBe('the-jwt');
  });

  it('none of them follows a redirect with its secret headers', async () => {
    const answer = () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } });
    const { asked, source } = platform('google', {}, answer);
    await expect(source.fetch('aud')).rejects.toMatchObject({ code: 'assertion_unavailable' });
    expect(asked[0]?.redirect).toBe('manual');
    expect(asked).toHaveLength(1);
  });

  it.each([
    [503, true],
    [429, true],
    [403, false],
    [404, false],
  ])('an answer of HTTP %d: trying again helps: %s', async (status, retryable) => {
    const { source } = platform('google', {}, () => new Response('a secret body', { status }));
    const error = await source.fetch('aud').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'assertion_unavailable', retryable });
    expect(String(error)).not.toContain('secret body');
  });

  it('an answer without the token is told by its member name', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x.test', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
    for (const answer of [() => Response.json({}), () => Response.json(null), () => new Response('<html>')]) {
      const { source } = platform('github', env, answer);
      await expect(source.fetch('aud')).rejects.toThrow('without "value"');
    }
  });
});

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'remit-source-'));

  it('are read anew each time, without the newline', async () => {
    const path = join(directory, 'token');
    writeFileSync(path, 'one\n');
    const source = fileSource(path);
    expect(await source.fetch('')).toBe('one');
    writeFileSync(path, 'two');
    expect(await source.fetch('')).toBe('two');
  });

  it('say which file is missing or empty', async () => {
    await expect(fileSource(join(directory, 'none')).fetch('')).rejects.toThrow(
      'none cannot be read (ENOENT)',
    );
    writeFileSync(join(directory, 'empty'), '\n');
    await expect(fileSource(join(directory, 'empty')).fetch('')).rejects.toMatchObject({ retryable: true });
  });
});

describe('a look before sending', () => {
  const name = { name: 'GitHub Actions' };
  const now = Date.now();

  it('[CLIENT-13] another audience is named, with the one that was expected', async () => {
    const token = await fakeAssertion({ aud: 'sts.amazonaws.com' });
    expect(() => checkAssertion(token, name, { audience: 'https://remit.test', now })).toThrow(
      'The assertion from GitHub Actions is for another audience: sts.amazonaws.com instead of https://remit.test.',
    );
  });

  it('[CLIENT-13] an expired one is told with its time', async () => {
    const token = await fakeAssertion({ expiresIn: -60 });
    expect(() => checkAssertion(token, name, { audience: undefined, now })).toThrow(/expired at 20/);
  });

  it('[CLIENT-13] what is no JWT is told, not shown', () => {
    expect(() => checkAssertion('secret-nonsense', name, { audience: undefined, now })).toThrow(
      'What GitHub Actions gave is not a JWT.',
    );
  });

  it('one of several audiences is enough here; the broker decides', async () => {
    const token = await fakeAssertion({ aud: ['a', 'b'] });
    expect(() => checkAssertion(token, name, { audience: 'b', now })).not.toThrow();
  });

  it('describes issuer, audience and subject for a person', async () => {
    expect(describeAssertion(await fakeAssertion({ aud: ['a', 'b'] }))).toBe(
      'issuer https://issuer.test, audience a b, subject workload',
    );
    expect(describeAssertion('x')).toBe('not a JWT');
  });

  it('[CLIENT-13] a wrong one never reaches the broker', async () => {
    const broker = await startFakeBroker();
    const fetch = () => fakeAssertion({ aud: 'other' });
    const assertions = { name: 'test', repeats: false, choosesAudience: true, fetch };
    const client = createBrokerClient({ broker: broker.url, assertions });
    await expect(client.request(ASKED)).rejects.toMatchObject({ code: 'assertion_audience' });
    const told = createBrokerClient({ broker: broker.url, assertions, audience: 'other' });
    await expect(told.request(ASKED)).resolves.toMatchObject({ kind: 'granted' });
    expect(broker.count('request')).toBe(1);
    await broker.close();
  });
});
