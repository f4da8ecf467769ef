// The ports of local mode, from the environment.

import { CliError, EXIT } from '../failure.ts';

/** A port from the environment; 0 means any free one. @throws CliError */
export function portFrom(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const text = env[variable];
  if (text === undefined || text === '') return fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CliError(`${variable} is not a port: ${text}`, {
    fix: `set ${variable} to 0 … 65535`,
    exitCode: EXIT.usage,
  });
}
