import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fakeAssertion, startFakeBroker } from '../client/fake-broker.ts';
import { freshHome, runCli } from './run-cli.ts';

/** STS with one operation, in its own wire protocol. */
async function startSts(answer: (form: URLSearchParams) => Promise<{ status: number; xml: string }>) {
  const asked: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    asked.push(form);
    const { status, xml } = await answer(form);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

const environment = (broker: string, sts: string) => ({
  HOME: freshHome(),
  REMIT_BROKER: broker,
  AWS_ENDPOINT_URL_STS: sts,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'ASIAWORKLOAD',
  AWS_SECRET_ACCESS_KEY: 'workload',
  AWS_SESSION_TOKEN: 'workload',
});

describe('an assertion from AWS', () => {
  it('[CLIENT-12] is minted by GetWebIdentityToken for the broker as audience', async () => {
    const broker = await startFakeBroker();
    const sts = await startSts(async (form) => {
      const token = await fakeAssertion({ aud: form.get('Audience.member.1') ?? '' });
      const xml = `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>2026-11-24T00:05:00Z</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`;
      return { status: 200, xml };
    });
    const { code, stderr } = await runCli(['request', '--task', 't'], environment(broker.url, sts.url));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(sts.asked[0]?.get('Action')).toBe('GetWebIdentityToken');
    expect(sts.asked[0]?.get('Audience.member.1')).toBe(broker.url);
    expect(Number(sts.asked[0]?.get('DurationSeconds'))).toBeLessThanOrEqual(300);
    await Promise.all([broker.close(), sts.close()]);
  });

  it('[CLI-9] switched off for the account: says how to switch it on', async () => {
    const broker = await startFakeBroker();
    const sts = await startSts(async () => ({
      status: 403,
      xml: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>OutboundWebIdentityFederationDisabledException</Code><Message>off</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    }));
    const { code, stderr } = await runCli(['request', '--task', 't'], environment(broker.url, sts.url));
    expect(code).not.toBe(0);
    expect(stderr).toBe(
      'remit: AWS STS gave no web identity token (OutboundWebIdentityFederationDisabledException). (assertion_unavailable)\n' +
        '  fix: switch it on once for the account: aws iam enable-outbound-web-identity-federation\n',
    );
    expect(broker.calls).toEqual([]);
    await Promise.all([broker.close(), sts.close()]);
  });
});
