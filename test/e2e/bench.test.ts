// The bench's own server answers its own request: a bench that stands still measures nothing, and nobody would notice.

import { expect, test } from 'vitest';
import { startServer } from '../../bench/load.ts';

test.each(['remit', 'oidc-provider'])(
  '[COST-5] the server %s of the bench answers what it is measured by',
  async (name) => {
    const { url, nextForm, stop } = await startServer(name);
    try {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(url, { method: 'POST', headers, body: nextForm() });
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('access_token')]);
    } finally {
      stop();
    }
  },
);
