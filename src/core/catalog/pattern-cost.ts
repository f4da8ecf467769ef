// How often a backtracking engine may try, at most, before it knows that a value does not match. Where one character
// says which way to go there is one way; every other choice multiplies.

import { type CharacterSet, END, type PatternNode } from './pattern-tree.ts';

/** Ways through a pattern for the worst value of at most `longest` characters; may be Infinity. */
export function waysThrough(node: PatternNode, longest: number): number {
  return ways(node, END, longest);
}

/** Characters of the shortest text that matches. */
export function shortestMatch(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'place':
      return 0;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + shortestMatch(part), 0);
    case 'choice':
      return Math.min(...node.options.map(shortestMatch));
    case 'repeat':
      return node.min * shortestMatch(node.body);
  }
}

/** `follow`: what may come after the node. */
function ways(node: PatternNode, follow: CharacterSet, longest: number): number {
  switch (node.kind) {
    case 'set':
    case 'place':
      return 1;
    case 'sequence':
      return node.parts.reduceRight(
        ({ product, next }, part) => ({
          product: product * ways(part, next, longest),
          next: leadOf(part, next),
        }),
        { product: 1, next: follow },
      ).product;
    case 'choice': {
      const each = node.options.map((option) => ways(option, follow, longest));
      const leads = node.options.map((option) => leadOf(option, follow));
      return areDisjoint(leads) ? Math.max(...each) : each.reduce((sum, one) => sum + one, 0);
    }
    case 'repeat':
      return waysOfRepeat(node, follow, longest);
  }
}

function waysOfRepeat(
  { body, min, max }: Extract<PatternNode, { kind: 'repeat' }>,
  follow: CharacterSet,
  longest: number,
): number {
  if (max === 0) return 1;
  const shortest = shortestMatch(body);
  // a round that may be empty can be anywhere, any number of times
  if (max > 1 && shortest === 0) return Infinity;
  const lead = leadOf(body, follow);
  const rounds = Math.min(max, Math.floor(longest / Math.max(shortest, 1)));
  const inside = ways(body, max > 1 ? lead | follow : follow, longest) ** Math.max(rounds, 1);
  const isPlain = min === max || (shortest > 0 && areDisjoint([lead, follow]));
  return inside * (isPlain ? 1 : Math.max(rounds - min + 1, 1));
}

/** The characters by which an engine can tell whether to go into the node, or past it where it may be empty. */
function leadOf(node: PatternNode, follow: CharacterSet): CharacterSet {
  switch (node.kind) {
    case 'set':
      return node.characters;
    case 'place':
      return follow;
    case 'sequence':
      return node.parts.reduceRight((next, part) => leadOf(part, next), follow);
    case 'choice':
      return node.options.reduce((all, option) => all | leadOf(option, follow), 0n);
    case 'repeat':
      if (node.max === 0) return follow;
      return leadOf(node.body, follow) | (node.min === 0 ? follow : 0n);
  }
}

function areDisjoint(sets: readonly CharacterSet[]): boolean {
  return sets.every((one, index) => sets.slice(index + 1).every((other) => (one & other) === 0n));
}
