import { expect, test } from 'vitest';
import { byHand } from '../../../cli/story/by-hand.ts';

const STAGE = { brokerUrl: 'http://localhost:9787', awsUrl: 'http://127.0.0.1:9788', region: 'eu-west-1' };

test('what can be tried by hand names agents of the catalog that is served', () => {
  expect(byHand(STAGE, 'catalog')).toContain('--agent billing-agent');
  const own = byHand(STAGE, '/srv/catalog');
  expect(own).toContain('remit explain --catalog /srv/catalog --agent AGENT');
  expect(own).not.toContain('billing-agent');
});

test('its commands go to the broker that was started', () => {
  expect(byHand(STAGE, '/srv/catalog')).toContain('REMIT_BROKER=http://localhost:9787 AWS_ENDPOINT_URL=');
  expect(byHand({ ...STAGE, brokerUrl: 'http://localhost:8787' }, 'catalog')).not.toContain('REMIT_BROKER');
});
