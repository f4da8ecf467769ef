// Names of the catalog that lies here, to tell somebody who mistyped one what there is. What cannot be read names none.

import { meantOf } from './nearest.ts';

/** ` Did you mean …?` of the task or issuer that is nearest, in the directory `catalog` of where the command runs. */
export async function meantInCatalog(kind: 'task' | 'issuer', given: string): Promise<string> {
  const { readCatalog } = await import('../src/adapters/files/catalog-files.ts');
  const { catalog } = readCatalog('catalog');
  const tasks = catalog?.tasks.map(({ id }) => id) ?? [];
  return meantOf(given, kind === 'task' ? tasks : (catalog?.issuers.map(({ name }) => name) ?? []));
}
