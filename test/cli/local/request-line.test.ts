import { describe, expect, it } from 'vitest';
import { requestLine } from '../../../cli/local/request-line.ts';

const now = new Date('2026-11-24T12:00:01Z');

describe('the line that local mode prints for a request', () => {
  it('says what was asked, by whom and what came of it', () => {
    const facts = {
      operation: 'token',
      status: 403,
      code: 'policy_denied',
      agent: 'bot',
      task: 'refund',
      subject: 's',
    };
    expect(requestLine(facts, now)).toBe('12:00:01 token 403 policy_denied agent=bot task=refund');
  });

  it('[LOCAL-42] is silent about what only looks, unless it is refused', () => {
    const look = { operation: 'overview', method: 'GET', status: 200 };
    expect(requestLine(look, now)).toBeUndefined();
    expect(requestLine({ ...look, method: 'POST' }, now)).toBe('12:00:01 overview 200');
    const refused = { ...look, status: 401, code: 'sign_in_required' };
    expect(requestLine(refused, now)).toBe('12:00:01 overview 401 sign_in_required');
  });

  it.each(['sweep', 'settle', 'remind'])('is silent about %s, which runs every few seconds', (operation) => {
    expect(requestLine({ operation, failures: 0 }, now)).toBeUndefined();
    expect(requestLine({ operation, failures: 2 }, now)).toContain(`${operation} failures=2`);
  });
});
