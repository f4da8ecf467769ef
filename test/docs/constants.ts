// The numeric constants of the code, and how the documentation writes their values.

import { readTree } from '../architecture/source-tree.ts';

/** A constant at the top of a module. */
export interface NamedNumber {
  readonly file: string;
  readonly name: string;
  readonly value: number;
}

const DECLARATION = /^(?:export )?const ([A-Z][A-Z0-9_]*) = ([-0-9_ *.]+);/gm;
/** All numbers are told here; elsewhere those that are times. */
const FULLY = /^(lambda\/|src\/(core|client|config|adapters\/(aws|http|files))\/)/;
const TIME = /_(MS|SECONDS|MINUTES|DAYS)$/;
/** Shapes of formats and pages of a loop: nobody runs into them. */
const SHAPES = new Set(['RANDOM_CHARACTERS', 'ARN_PARTS', 'MAX_EPOCH_SECONDS', 'PAGE', 'REASON_LENGTH']);

/** Every number that a page of the documentation must tell. */
export function numbersToTell(): readonly NamedNumber[] {
  return readTree(undefined, ['lib', 'lambda', 'src', 'cli']).flatMap(({ path, text }) =>
    [...text.matchAll(DECLARATION)]
      .map(([, name = '', product = '']) => ({ file: path, name, value: multiply(product) }))
      .filter(({ name }) => !SHAPES.has(name) && (FULLY.test(path) || TIME.test(name))),
  );
}

function multiply(product: string): number {
  return product
    .replaceAll('_', '')
    .split('*')
    .reduce((result, factor) => result * Number(factor), 1);
}

/** The value with its unit, from the end of the name. */
export function written({ name, value }: NamedNumber): string {
  const number = (each: number) => each.toLocaleString('en-US');
  if (/_MS$/.test(name)) return value < 1000 ? `${value} ms` : `${number(value / 1000)} s`;
  if (/_SECONDS$/.test(name)) return `${number(value)} s`;
  if (/_DAYS$/.test(name)) return `${number(value)} days`;
  if (/_BYTES$/.test(name)) return `${number(value / 1024)} KiB`;
  return number(value);
}
