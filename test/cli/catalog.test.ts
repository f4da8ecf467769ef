import { expect, test } from 'vitest';
import { freshHome, runCli } from './run-cli.ts';

const check = (...args: string[]) => runCli(['catalog', 'check', ...args], { HOME: freshHome() });

test('a catalog is checked by its directory, also as other commands name it', async () => {
  const [named, optional] = await Promise.all([check('catalog'), check('--catalog', 'catalog')]);
  expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining('0 errors') });
  expect(optional).toEqual(named);
  const gone = await check('--catalog', '/nowhere');
  expect(gone).toMatchObject({ code: 1, stdout: expect.stringContaining('/nowhere') });
});

test('two directories at once are a mistake of the command line', async () => {
  const both = await check('catalog', '--catalog', '/nowhere');
  expect(both).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('name the directory once'),
  });
});
