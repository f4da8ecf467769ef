// Which account and region local mode is: those that the catalog's tasks name most often, so that the ARNs in their
// permissions are those of the local tables and roles. Nothing of it is asked of AWS.

import type { Catalog } from '../../core/model.ts';
import type { Place } from './template/resolve.ts';

const DEFAULTS = { region: 'us-east-1', account: '000000000000' };
const ARN = /^arn:[^:]*:[^:]*:([a-z]{2}(?:-[a-z]+)+-\d)?:(\d{12})?:/;

/** The place of this catalog. */
export function localPlace(catalog: Catalog): Place {
  const named = catalog.tasks
    .flatMap(({ permissions }) => permissions.flatMap(({ resources }) => resources))
    .map((resource) => ARN.exec(resource));
  return {
    partition: 'aws',
    region: mostCommon(named.map((match) => match?.[1])) ?? DEFAULTS.region,
    account: mostCommon(named.map((match) => match?.[2])) ?? DEFAULTS.account,
    stackName: 'remit-local',
  };
}

/** The first of the most frequent values. */
function mostCommon(values: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
