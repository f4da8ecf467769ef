import { describe, expect, it } from 'vitest';
import { localPlace } from '../../../src/adapters/local/place.ts';
import type { Catalog } from '../../../src/core/model.ts';

function catalogWith(...resources: string[]): Catalog {
  const task = { permissions: resources.map((resource) => ({ actions: ['a:B'], resources: [resource] })) };
  return { tasks: [task] } as unknown as Catalog;
}

describe('the place of local mode', () => {
  it('is the account and region that the tasks name most often', () => {
    const catalog = catalogWith(
      'arn:aws:s3:::bucket/*',
      'arn:aws:dynamodb:eu-west-1:111122223333:table/a',
      'arn:aws:dynamodb:eu-west-1:111122223333:table/b',
      'arn:aws:dynamodb:us-gov-west-1:444455556666:table/c',
    );
    expect(localPlace(catalog)).toMatchObject({ region: 'eu-west-1', account: '111122223333' });
  });

  it('is nowhere in particular when they name none', () => {
    expect(localPlace(catalogWith('arn:aws:s3:::bucket/*', '*'))).toMatchObject({
      region: 'us-east-1',
      account: '000000000000',
    });
  });
});
