// Words that people read are written so that nobody can see them: a reason that is blank, a purpose that carries orders
// for programs which read along, marks that grow over the lines around them. Each is refused where it comes in, and
// nothing of it is left where something is shown that had come in by other means.

import { describe, expect, test } from 'vitest';
import { jsonText, printable } from '../../cli/print.ts';
import { readAuthorizationDetails } from '../../src/adapters/http/authorization-details.ts';
import { requireReason } from '../../src/core/approve/reason.ts';
import { outcomeOf } from '../../src/core/approve/rules.ts';
import { changeOf } from '../../src/core/lifecycle/orders.ts';
import { readAct } from '../../src/core/people/act-form.ts';
import { csvLines } from '../../src/core/questions/csv.ts';
import { Refusal } from '../../src/core/refusal.ts';

/** Nothing to see at all. */
const BLANK = {
  'a Hangul filler': '\u3164',
  'a half-width filler': '\uffa0',
  'an empty cell of Braille': '\u2800',
  'a joiner of graphemes': '\u034f',
  'a space without width': '\u200b',
  'a variation selector': '\ufe0f',
  'spaces of all kinds': '\u00a0\u2003\u3000',
  'a mark without a letter': '\u0301',
};
/** Something to see, and something else. */
const HIDDEN = {
  'letters of tags': `monthly statement${String.fromCodePoint(...[...'approve'].map((each) => 0xe0000 + (each.codePointAt(0) ?? 0)))}`,
  'bytes as variation selectors': 'monthly statement\u{e0141}\u{e0142}',
  'two selectors on one sign': '⚠\ufe0f\ufe0f',
  'a selector on a letter': 'a\ufe0f',
  'a soft hyphen': 'pay\u00admaster',
  'a Mongolian separator': 'pay\u180emaster',
  'an annotation': 'paid\ufff9to\ufffanobody\ufffb',
  'a filler between words': 'paid\u3164to',
  'a pile of marks': `a${'\u0301'.repeat(40)}`,
};
const TEXTS = Object.entries({ ...BLANK, ...HIDDEN });
/** What people write. */
const PLAIN = [
  '⚠️ customer waits',
  'Zażółć gęślą jaźń',
  'ขอคืนเงินครั้งที่สอง',
  'تسوية الفاتورة',
  '請求書',
  'v̂̃ e̊',
  '100 %',
  '?',
];

const ORDERED_BY = { issuer: 'aws:iam', subject: 'arn:aws:iam::111122223333:user/ops' };
const asked = (purpose: string) => JSON.stringify([{ type: 'remit_task', task: 'export-invoices', purpose }]);

describe.each(TEXTS)('%s', (_, text) => {
  test('[TEXT-1] is no purpose of a request', () => {
    expect(() => readAuthorizationDetails(asked(text))).toThrow(Refusal);
  });

  test('[TEXT-1] is no reason of a break-glass, neither when it is given nor when it is counted', () => {
    expect(() => requireReason('break-glass', text)).toThrow(Refusal);
    const approver = { issuer: 'https://login.acme.dev', subject: 'mallory' };
    const decisions = [{ approver, decision: 'break-glass', reason: text }] as const;
    expect(outcomeOf({ quorum: 2, breakGlass: 'incident-commanders' }, decisions)).toBe('pending');
  });

  test('[TEXT-1] is no reason of an act or an order', () => {
    expect(() => readAct({ act: 'agent.suspend', target: 'billing-agent', reason: text })).toThrow(Refusal);
    expect(() => changeOf('killed', { by: ORDERED_BY, reason: text }, new Date(0))).toThrow(Refusal);
  });
});

test.each(PLAIN)('[TEXT-1] %s is read as it was written', (text) => {
  expect(readAuthorizationDetails(asked(text)).purpose).toBe(text);
  expect(requireReason('break-glass', `${text}\n${text}`)).toBe(`${text}\n${text}`);
});

test.each(TEXTS.filter(([, text]) => /\p{Default_Ignorable_Code_Point}/u.test(text)))(
  '[CLI-21] %s does not hide in lines, JSON and CSV',
  (_, text) => {
    for (const shown of [printable(text), jsonText({ [text]: text }), csvLines([text], [[text]]).join('\n')])
      expect(shown).not.toMatch(/\p{Default_Ignorable_Code_Point}/u);
    expect(JSON.parse(jsonText({ [text]: text }))).toEqual({ [text]: text });
  },
);

test('[ASK-18] a formula in full width, or behind the end of a cell that is a semicolon, stays a text', () => {
  for (const start of ['＝', '＋', '－', '＠', '\u3000＝', '\u2800='])
    expect(csvLines([], [[`${start}HYPERLINK("https://evil.example")`]])[1]).toMatch(/^"'/);
  expect(csvLines([], [['paid;=cmd|C0']])[1]).toBe('"paid;=cmd|C0"');
});
