// Options that a command shares with the one above it, such as `remit approvals` and `remit approvals show`: what is
// written counts wherever it stands. Commander lets a default, or a variable, of the outer command win over it.

import type { Command } from 'commander';

/** The options of this command and of those above it: written ones first, the innermost of them before all. */
export function writtenOptions<Options extends object>(command: Command): Options {
  const chain: Command[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) chain.unshift(each);
  return Object.assign({}, ...chain.map((each) => each.opts()), ...chain.map(written)) as Options;
}

function written(command: Command): object {
  const given = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(given);
}
