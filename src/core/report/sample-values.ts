// Values that fit a task's parameters, at random: what checks ask with, and what properties are tried on.

import { validateParameters } from '../catalog/parameters.ts';
import { type PatternNode, parsePattern } from '../catalog/pattern-tree.ts';
import type { ParameterSpec, Parameters, Task } from '../model.ts';
import type { Random } from '../ports.ts';

/** Tries before a task is given up: a pattern can fit texts that no value may have. */
const TRIES = 20;
/** Repetitions beyond the least that a sample has. */
const EXTRA = 8;

/** Values that the task takes; undefined when none was found. */
export function sampleParameters(task: Task, random: Random): Parameters | undefined {
  for (let count = 0; count < TRIES; count += 1) {
    const values = Object.fromEntries(
      Object.entries(task.parameters).map(([name, spec]) => [name, sampleValue(spec, random)]),
    );
    try {
      return validateParameters(task, values);
    } catch {
      // another one may fit
    }
  }
  return undefined;
}

function sampleValue(spec: ParameterSpec, random: Random): string | number | boolean {
  switch (spec.type) {
    case 'string':
      return sampleText(parsePattern(spec.pattern), random).slice(0, spec.maxLength);
    case 'enum':
      return spec.values[upTo(spec.values.length - 1, random)] ?? '';
    case 'integer':
      return spec.min + upTo(spec.max - spec.min, random);
    case 'boolean':
      return upTo(1, random) === 1;
    case 'uuid':
      return uuid(random);
  }
}

function sampleText(node: PatternNode, random: Random): string {
  switch (node.kind) {
    case 'place':
      return '';
    case 'set':
      return oneOf(node.characters, random);
    case 'sequence':
      return node.parts.map((part) => sampleText(part, random)).join('');
    case 'choice': {
      const option = node.options[upTo(node.options.length - 1, random)];
      return option === undefined ? '' : sampleText(option, random);
    }
    case 'repeat': {
      const times = node.min + upTo(Math.min(node.max - node.min, EXTRA), random);
      return Array.from({ length: times }, () => sampleText(node.body, random)).join('');
    }
  }
}

/** A printable character of the set. */
function oneOf(characters: bigint, random: Random): string {
  const found = Array.from({ length: 95 }, (_, bit) => bit).filter((bit) => (characters >> BigInt(bit)) & 1n);
  const bit = found[upTo(found.length - 1, random)];
  return bit === undefined ? '' : String.fromCharCode(0x20 + bit);
}

/** A whole number from 0 to `most`; evenly enough for samples. */
export function upTo(most: number, random: Random): number {
  if (most <= 0) return 0;
  return Buffer.from(random.bytes(6)).readUIntBE(0, 6) % (most + 1);
}

function uuid(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
