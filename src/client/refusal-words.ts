// What a client says of a refusal that names what is wrong: the purpose, a parameter, what is stopped. The broker tells in
// members of its answer; what is missing or of another form is left out, and the broker's own sentence stands.

import * as z from 'zod';

/** How it is told. */
export interface RefusalWords {
  readonly sentence: string;
  readonly fix?: string | undefined;
}

const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/);
/** Words of the broker about what it was sent. */
const problem = z.string().regex(/^[a-zA-Z0-9 ,.'-]{1,80}$/);

const members = z.discriminatedUnion('code', [
  z.object({ code: z.literal('details_malformed'), field: z.literal('purpose'), problem }),
  z.object({ code: z.literal('parameter_invalid'), parameter: name.optional(), problem }),
  z.object({ code: z.literal('stopped'), stopped: z.enum(['task', 'issuer', 'everything']) }),
]);

const STOPPED = {
  task: 'this task',
  issuer: 'the issuer of this workload',
  everything: 'everything',
} as const;

/** Reads the body of a refusal; undefined when it names nothing. */
export function readRefusalWords(body: unknown): RefusalWords | undefined {
  const read = members.safeParse(body);
  if (!read.success) return undefined;
  switch (read.data.code) {
    case 'details_malformed':
      return purposeWords(read.data.problem);
    case 'parameter_invalid':
      return parameterWords(read.data);
    case 'stopped':
      return {
        sentence: `Operators have stopped ${STOPPED[read.data.stopped]}; nothing is issued until they lift it.`,
      };
  }
}

/** Also what the command line says before it sends one. */
export function purposeWords(problem: string): RefusalWords & { readonly fix: string } {
  return {
    sentence: `The purpose is ${problem}.`,
    fix: 'say it in one line of at most 500 characters that people can see',
  };
}

function parameterWords(told: { readonly parameter?: string | undefined; readonly problem: string }) {
  const { parameter, problem } = told;
  if (parameter === undefined)
    return { sentence: `The parameters do not fit the task: ${problem}.`, fix: LISTED };
  return { sentence: `The parameter ${parameter} does not fit the task: ${problem}.`, fix: fixOf(told) };
}

const LISTED = "the task's file in catalog/tasks/ lists its parameters; remit explain shows what is wrong";

function fixOf({
  parameter,
  problem,
}: {
  readonly parameter?: string | undefined;
  readonly problem: string;
}) {
  switch (problem) {
    case 'missing':
      return `give it too: --param ${parameter}=<value>`;
    case 'not a parameter of the task':
      return `leave it out, or check its spelling: ${LISTED}`;
    case 'not an integer':
    case 'not a boolean':
    case 'not a string':
      return '--param sends whole numbers, true and false as such, --text sends text';
    default:
      return `remit explain with the same options says what ${parameter} may be`;
  }
}
