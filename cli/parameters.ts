// Parameters on the command line. `name=value` sends what the value looks like: a whole number or true/false as
// such, anything else as text. `name:=json` sends exactly that JSON value; `--text name=value` always sends text.

import type { Parameters } from '../src/core/model.ts';
import { CliError, EXIT } from './failure.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** Only canonical forms: `007` and `+1` stay text, and so does what a number cannot hold exactly. */
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

/** Reads `--param` and `--text` values. @throws CliError naming the one that cannot be read. */
export function readParameters(given: readonly string[], texts: readonly string[] = []): Parameters {
  const parameters = new Map<string, string | number | boolean>();
  const add = (name: string, value: string | number | boolean) => {
    if (parameters.has(name)) throw unreadable(`The parameter ${name} is given twice.`);
    parameters.set(name, value);
  };
  for (const text of given) add(...readOne(text));
  for (const text of texts) {
    const [name, value] = split(text, '=');
    add(name, value);
  }
  return Object.fromEntries(parameters);
}

function readOne(text: string): [string, string | number | boolean] {
  const colon = text.indexOf(':=');
  if (colon >= 0 && colon < text.indexOf('=')) {
    const [name, json] = split(text, ':=');
    return [name, readJson(name, json)];
  }
  const [name, value] = split(text, '=');
  return [name, guess(value)];
}

function guess(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return INTEGER.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readJson(name: string, json: string): string | number | boolean {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw unreadable(`The parameter ${name} is not JSON: ${json}`);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw unreadable(`The parameter ${name} must be a string, number or boolean.`);
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  const name = text.slice(0, Math.max(0, at));
  if (at < 0 || !NAME.test(name)) throw unreadable(`A parameter cannot be read: ${text}`);
  return [name, text.slice(at + separator.length)];
}

function unreadable(sentence: string): CliError {
  return new CliError(sentence, {
    fix: "write --param name=value, --param 'name:=json' or --text name=value, each name once",
    exitCode: EXIT.usage,
  });
}
