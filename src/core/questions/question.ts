// A question that security teams ask: its name, one sentence, what it takes, and how it is answered. An answer is a table,
// and says of itself when it is not whole. Nothing is written, and no table is read from end to end.

import * as z from 'zod';
import type { TrailReader } from '../audit/ports.ts';
import type { Authorizer } from '../authorize/authorizer.ts';
import type { Place } from '../deps.ts';
import type { AgentBook } from '../lifecycle/ports.ts';
import type { Catalog } from '../model.ts';
import type { Clock, GrantStore } from '../ports.ts';
import type { GrantLists } from '../record/list-grants.ts';
import { Refusal } from '../refusal.ts';
import { PARAMETER_KINDS, type ParameterKind } from './parameters.ts';

const kindSchema = z.enum(PARAMETER_KINDS);

/** What answers are read from. */
export interface QuestionPorts {
  readonly catalog: Catalog;
  readonly authorizer: Pick<Authorizer, 'rule'>;
  readonly agents: Pick<AgentBook, 'find' | 'listByStatus' | 'listByOwner'>;
  readonly grants: GrantLists & Pick<GrantStore, 'get'>;
  /** Absent: there is no audit trail to read, or nobody said where. */
  readonly trail?: TrailReader;
  readonly place: Place;
  readonly clock: Clock;
}

export type Cell = string | number | boolean;

/** A table; `note` says what it does not show. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** There is more than was read. */
  readonly isCut: boolean;
  readonly note?: string;
  /** Of a question that goes on: asked once more with it, the answer goes on where this one stopped. */
  readonly next?: string;
}

/** One question, its parameters as texts: of a command line, or of a URL. */
export interface Question {
  readonly name: string;
  /** One sentence, ending in a question mark. */
  readonly sentence: string;
  readonly parameters: readonly ParameterText[];
  /** Takes `next` of its last answer beside its parameters, and goes on there. */
  readonly goesOn: boolean;
  /** @throws Refusal `question_malformed`, and what the stores refuse */
  readonly run: (ports: QuestionPorts, given: Readonly<Record<string, string>>) => Promise<Answer>;
}

export interface ParameterText {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Says also what it is when it is left out. */
  readonly sentence: string;
  readonly isRequired: boolean;
}

interface Definition<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly sentence: string;
  readonly parameters: Shape;
  readonly goesOn?: true;
  readonly answer: (
    ports: QuestionPorts,
    parameters: z.output<z.ZodObject<Shape, z.core.$strict>>,
    next?: string,
  ) => Promise<Answer>;
}

/** A question whose texts are read by zod; each parameter has its sentence and kind (parameters.ts). */
export function question<Shape extends z.ZodRawShape>(definition: Definition<Shape>): Question {
  const { name, sentence, answer, goesOn = false } = definition;
  const schema = z.strictObject(definition.parameters);
  const parameters = Object.entries(definition.parameters).map(([key, each]) =>
    describe(key, each as z.ZodType),
  );
  return {
    name,
    sentence,
    parameters,
    goesOn,
    run: async (ports, { next, ...rest }) => {
      const given = goesOn || next === undefined ? rest : { ...rest, next };
      const read = schema.safeParse(given);
      if (read.success) return answer(ports, read.data, next);
      const [issue] = read.error.issues;
      const where = issue?.path.join('.') ?? '';
      throw new Refusal('question_malformed', {
        detail: `${where}: ${issue?.message ?? ''}`,
        // a name of ours, never one that was sent
        ...(parameters.some((each) => each.name === where) && { members: { parameter: where } }),
      });
    },
  };
}

function describe(name: string, schema: z.ZodType): ParameterText {
  const { kind, description = '' } = z.globalRegistry.get(schema) ?? {};
  const isRequired = !z.object({ [name]: schema }).safeParse({}).success;
  return { name, kind: kindSchema.parse(kind), sentence: description, isRequired };
}

/** Rows that a question shows. */
export const ROWS_SHOWN = 500;

/** Cuts to what is shown, and says so. */
export function answer(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  told: { readonly isCut?: boolean; readonly notes?: readonly (string | undefined | false)[] } = {},
): Answer {
  const isCut = told.isCut === true || rows.length > ROWS_SHOWN;
  const more = isCut && 'there is more than is shown: narrow the time or name an agent or a task';
  const note = noteOf([...(told.notes ?? []), more]);
  return { columns, rows: rows.slice(0, ROWS_SHOWN), isCut, ...(note !== '' && { note }) };
}

/** One part of an answer that goes on: all of its rows, and where the next part begins. */
export function part(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  told: { readonly next: string | undefined; readonly notes?: readonly (string | undefined | false)[] },
): Answer {
  const { next, notes = [] } = told;
  const note = noteOf([
    ...notes,
    next !== undefined && 'there are more agents: remit ask with --all goes on to the last',
  ]);
  return {
    columns,
    rows,
    isCut: next !== undefined,
    ...(note !== '' && { note }),
    ...(next !== undefined && { next }),
  };
}

function noteOf(notes: readonly (string | undefined | false)[]): string {
  return notes.filter((each) => typeof each === 'string').join('; ');
}
