import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createJsonNarrator, createNarrator } from '../../../cli/story/narrator.ts';

function told(isTerminal: boolean, env: NodeJS.ProcessEnv = {}): string {
  const out = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const narrator = createNarrator(out as unknown as NodeJS.WriteStream, env);
  narrator.act('One');
  narrator.say('something');
  narrator.check('it holds', true);
  narrator.check('it broke', false);
  expect(narrator.failures).toEqual(['it broke']);
  return String(out.read());
}

describe('telling the story', () => {
  it('marks what held and what did not', () => {
    expect(told(false)).toBe('\n1  One\n     something\n   ✓ it holds\n   ✗ did not hold: it broke\n');
  });

  it('uses colour on a terminal only, and not with NO_COLOR', () => {
    expect(told(true)).toContain('\u001b[');
    expect(told(true, { NO_COLOR: '1' })).not.toContain('\u001b[');
  });

  it('is one JSON object a line for programs', () => {
    const out = new PassThrough();
    const narrator = createJsonNarrator(out);
    narrator.check('it broke', false);
    expect(JSON.parse(String(out.read()))).toEqual({ event: 'check', claim: 'it broke', held: false });
    expect(narrator.failures).toEqual(['it broke']);
  });
});
