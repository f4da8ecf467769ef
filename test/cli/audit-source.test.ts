import { expect, test } from 'vitest';
import { freshHome, runCli } from './run-cli.ts';

const audit = (...args: string[]) => runCli(['audit', ...args], { HOME: freshHome() });

test('a copy of the trail is named by --trail as elsewhere, by its directory alone, and not by both', async () => {
  const [alone, named, both] = await Promise.all([
    audit('verify', '/nowhere'),
    audit('verify', '--trail', '/nowhere'),
    audit('search', '/nowhere', '--trail', '/nowhere'),
  ]);
  expect(alone).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no directory /nowhere.'),
  });
  expect(named).toEqual(alone);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('name its directory once') });
});
