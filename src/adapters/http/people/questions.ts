// The routes of what security teams ask: the questions of `remit ask`, and searches of the audit trail. They read only,
// for viewers; policies, owners and acts of people are nothing that deciding on requests needs.

import * as z from 'zod';
import { agentStory } from '../../../core/audit/agent-story.ts';
import { readUntil } from '../../../core/audit/bounded-reader.ts';
import { readCursor, searchTrail, writeCursor } from '../../../core/audit/search-trail.ts';
import { isId } from '../../../core/people/act-form.ts';
import type { PeopleIssuer, VerifiedPerson } from '../../../core/people/person.ts';
import { requireRole } from '../../../core/people/roles.ts';
import type { Answer, Question, QuestionPorts } from '../../../core/questions/question.ts';
import { findQuestion, QUESTIONS } from '../../../core/questions/questions.ts';
import { requireKnown } from '../../../core/questions/read-agents.ts';
import { addSeconds } from '../../../core/record/lifetime.ts';
import { Refusal } from '../../../core/refusal.ts';
import { name, time } from './fields.ts';
import { get, NOTHING, type PeopleRoute } from './route.ts';

/** What questions are answered from. */
export interface QuestionsDeps {
  readonly issuer: Pick<PeopleIssuer, 'roles'>;
  readonly ports: QuestionPorts;
}

/** The trail is read for so long; API Gateway waits 30 s for an answer. */
const READ_SECONDS = 20;
/** A search of the trail goes back this far unless told. */
const SEARCHED_DAYS = 7;
/** Records of one answer, at most and unless told. */
const MOST_RECORDS = 500;
const USUAL_RECORDS = 100;

/** Entries of an agent's story in one answer, at most and unless told. */
const MOST_ENTRIES = 200;
const USUAL_ENTRIES = 25;

const atMost = (most: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .refine((limit) => limit <= most);
const cursor = z
  .string()
  .max(100)
  .transform((text, context) => {
    const read = readCursor(text);
    if (read !== undefined) return read;
    context.addIssue({ code: 'custom', message: 'not of an earlier page' });
    return z.NEVER;
  });

const anyParameters = z.record(z.string(), z.string());

const auditQuery = z.strictObject({
  from: time.exactOptional(),
  to: time.exactOptional(),
  agent: name.exactOptional(),
  task: name.exactOptional(),
  grant: z
    .string()
    .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    .exactOptional(),
  person: z.string().max(768).exactOptional(),
  type: z
    .string()
    .max(100)
    .regex(/^[a-z-]+(\.[a-z-]+)*$/)
    .exactOptional(),
  limit: atMost(MOST_RECORDS).default(USUAL_RECORDS),
  next: cursor.exactOptional(),
});

const storyQuery = z.strictObject({
  only: z.literal('administrative').exactOptional(),
  from: time.exactOptional(),
  to: time.exactOptional(),
  limit: atMost(MOST_ENTRIES).default(USUAL_ENTRIES),
  next: cursor.exactOptional(),
});

/** The routes of the questions function. */
export function questionRoutes(deps: QuestionsDeps): readonly PeopleRoute[] {
  const admit = (person: VerifiedPerson) => requireRole(person, deps.issuer, 'viewer');
  return [...askRoutes(deps, admit), ...trailRoutes(deps, admit)];
}

type Admit = (person: VerifiedPerson) => void;

function askRoutes(deps: QuestionsDeps, admit: Admit): readonly PeopleRoute[] {
  return [
    get({
      path: '/api/questions',
      operation: 'list-questions',
      admit,
      input: NOTHING,
      run: async () => ({ questions: QUESTIONS.map(described) }),
    }),
    get({
      path: '/api/questions/{name}',
      operation: 'ask',
      admit,
      input: anyParameters,
      async run({ path, input, context }) {
        const question = findQuestion(path['name'] ?? '');
        context.log.note({ question: question.name });
        return answerWithin(deps.ports, question, input);
      },
    }),
  ];
}

function trailRoutes(deps: QuestionsDeps, admit: Admit): readonly PeopleRoute[] {
  return [
    get({
      path: '/api/audit',
      operation: 'search-audit',
      admit,
      input: auditQuery,
      run: ({ input }) => searchWithin(deps.ports, input),
    }),
    get({
      path: '/api/agents/{id}/story',
      operation: 'tell-agent',
      admit,
      input: storyQuery,
      run: ({ path, input }) => storyWithin(deps.ports, path['id'] ?? '', input),
    }),
  ];
}

function described({ name, sentence, parameters }: Question) {
  return {
    name,
    sentence,
    parameters: parameters.map(({ isRequired, ...parameter }) => ({ ...parameter, required: isRequired })),
  };
}

/** The time ends, and with it the trail; everything else is bounded by count. */
function timer({ clock }: QuestionPorts): () => boolean {
  const end = addSeconds(clock(), READ_SECONDS);
  return () => clock() > end;
}

async function answerWithin(
  ports: QuestionPorts,
  question: Question,
  given: Readonly<Record<string, string>>,
): Promise<Answer & { readonly question: string }> {
  const bounded = ports.trail && readUntil(ports.trail, timer(ports));
  const answer = await question.run({ ...ports, ...(bounded && { trail: bounded.reader }) }, given);
  if (bounded?.wasCut() !== true) return { question: question.name, ...answer };
  const cut = `the trail was read for ${READ_SECONDS} s and not to its end: narrow the time`;
  const note = [answer.note, cut].filter((each) => each !== undefined).join('; ');
  return { question: question.name, ...answer, isCut: true, note };
}

/** @throws Refusal `agent_not_found` for a name that the trail and the registry know nothing of */
async function storyWithin(ports: QuestionPorts, agent: string, query: z.output<typeof storyQuery>) {
  if (!isId(agent)) throw new Refusal('agent_not_found', { detail: 'path' });
  if (ports.trail === undefined) throw new Refusal('misconfigured', { detail: 'no trail' });
  const { only, to, ...asked } = query;
  const wanted = { ...asked, agent, to: untilNow(ports, to), administrative: only !== undefined };
  const { entries, next } = await agentStory(ports.trail, wanted, timer(ports));
  if (entries.length === 0) await requireKnown(ports, agent);
  return { agent, entries, ...(next && { next: writeCursor(next) }) };
}

/** Nothing is recorded later: days to come are not looked through. */
function untilNow({ clock }: QuestionPorts, to: Date | undefined): Date {
  const now = clock();
  return to === undefined || to > now ? now : to;
}

async function searchWithin(ports: QuestionPorts, query: z.output<typeof auditQuery>) {
  if (ports.trail === undefined) throw new Refusal('misconfigured', { detail: 'no trail' });
  const { from, to: asked, ...wanted } = query;
  const to = untilNow(ports, asked);
  const range = { from: from ?? addSeconds(to, -SEARCHED_DAYS * 86_400), to };
  const { records, next } = await searchTrail(ports.trail, { ...wanted, ...range }, timer(ports));
  return { records, ...(next && { next: writeCursor(next) }) };
}
