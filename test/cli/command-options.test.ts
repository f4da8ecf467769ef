import { Command, Option } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { writtenOptions } from '../../cli/command-options.ts';

afterEach(() => {
  delete process.env['REMIT_TEST_TABLE'];
});

/** What `list show` hears of options that both have. */
function heard(...words: readonly string[]): object {
  let options: object = {};
  const both = (command: Command) =>
    command
      .option('--catalog <directory>', '', 'catalog')
      .addOption(new Option('--table <name>').env('REMIT_TEST_TABLE'))
      .option('--json');
  const list = both(new Command('list')).exitOverride();
  both(list.command('show')).action((_, command: Command) => {
    options = writtenOptions(command);
  });
  list.parse(words, { from: 'user' });
  return options;
}

test('[CLI-15] an option counts before or behind the name of the inner command, over defaults and variables', () => {
  process.env['REMIT_TEST_TABLE'] = 'of the variable';
  expect(heard('show')).toEqual({ catalog: 'catalog', table: 'of the variable' });
  const written = { catalog: 'mine', table: 'mine too', json: true };
  const options = ['--catalog', 'mine', '--table', 'mine too', '--json'];
  expect(heard('show', ...options)).toEqual(written);
  expect(heard(...options, 'show')).toEqual(written);
  expect(heard('--catalog', 'outer', 'show', '--catalog', 'inner')).toMatchObject({ catalog: 'inner' });
});
