// A change of the catalog reads like a comment and is a policy, or the other way round: characters that turn a line
// around, or end it for one reader only, show the reviewer another file than the one that is compiled.

import { expect, test } from 'vitest';
import { compileTexts, readCatalogTexts } from '../../src/adapters/files/catalog-files.ts';

const SHIPPED = readCatalogTexts('catalog');
const POLICY = [...SHIPPED.keys()].find((path) => path.endsWith('.cedar')) ?? '';
const AGENT = [...SHIPPED.keys()].find((path) => path.startsWith('agents/')) ?? '';

function compiled(path: string, added: string) {
  return compileTexts(new Map([...SHIPPED, [path, `${SHIPPED.get(path) ?? ''}${added}`]]), {
    allowLoopback: true,
  });
}

const DECEPTIVE = {
  'a line turned around': 'of finance \u202e ;ecruoser ,noitca ,lapicnirp( timrep \u2066',
  'a line that ends for editors only': 'of finance\u2028forbid (principal, action, resource);',
  'a line that ends for terminals only': 'of finance\rpermit',
  'words of tags': 'of finance\u{e0061}\u{e0062}',
  'a filler': 'of\u3164finance',
};

test.each(Object.entries(DECEPTIVE))('[CATALOG-18] %s in a comment is no catalog', (_, words) => {
  for (const [path, sign] of [
    [POLICY, '//'],
    [AGENT, '#'],
  ] as const) {
    const { catalog, problems } = compiled(path, `\n${sign} ${words}\n`);
    expect(catalog).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        file: path,
        message: expect.stringContaining('U+') as string,
      }),
    );
  }
});

test('[CATALOG-18] the place is told', () => {
  const lines = (SHIPPED.get(POLICY) ?? '').split('\n').length;
  const [problem] = compiled(POLICY, '\n// \u26a0\ufe0f a\u202eb\n').problems;
  expect(problem).toMatchObject({ file: POLICY, line: lines + 1, column: 8 });
});

test('[CATALOG-18] tabs, line ends of Windows, other scripts and signs are read', () => {
  expect(compiled(POLICY, '\r\n//\tRückfragen: ⚠️ 請求書, تسوية\r\n').problems).toEqual(
    compileTexts(SHIPPED, { allowLoopback: true }).problems,
  );
});
