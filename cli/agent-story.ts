// What `remit agents show` tells beside the agent's row: how much of its budgets is used, and its story from the audit
// trail: the newest of what people did to it, or all of it. Without a trail everything else is shown.

import { type Command, Option } from 'commander';
import * as z from 'zod';
import { DEFAULT_BROKER } from '../src/client/transport.ts';
import { agentStory, type StoryActor, type StoryEntry } from '../src/core/audit/agent-story.ts';
import type { TrailCursor } from '../src/core/audit/search-trail.ts';
import { budgetName } from '../src/core/budget/words.ts';
import { type AdminOptions, order } from './admin-port.ts';
import { openTrailSource } from './audit/source.ts';
import { CliError } from './failure.ts';
import { notice, tableLines } from './print.ts';

/** What `agents show` takes. */
export interface ShowOptions extends AdminOptions {
  readonly story?: boolean;
  readonly trail?: string;
  readonly bucket?: string;
}

/** Of the story, unless all of it is asked for. */
const SHOWN_ENTRIES = 10;
/** The trail is looked through for so long for these. */
const LOOKED_MS = 5000;
const PAGE = 200;
const AHEAD_MS = 86_400_000;

const budgets = z.union([
  z.literal('unreadable'),
  z.array(
    z.object({
      task: z.string().exactOptional(),
      window: z.enum(['concurrent', 'hour', 'day']),
      parameter: z.string().exactOptional(),
      most: z.number(),
      used: z.number(),
      freesAt: z.string().exactOptional(),
    }),
  ),
]);
const shown = z.object({ budgets: budgets.exactOptional() });

/** Adds where the story is read. */
export function addStoryOptions(command: Command): Command {
  return command
    .option('--story', 'its whole story, with everything that it did itself')
    .option('--trail <directory>', 'read the story from a copy of the audit trail')
    .addOption(
      new Option(
        '--bucket <name>',
        'with --admin: bucket of the trail, the output TrailBucket of the stack',
      ).env('REMIT_TRAIL_BUCKET'),
    );
}

/** A story as far as it was read. */
export interface Told {
  readonly entries: readonly StoryEntry[];
  readonly isWhole: boolean;
}

/** The answer to `agents.show`, and the story where there is a trail. */
export async function showAgent(
  id: string,
  options: ShowOptions,
): Promise<{ readonly answer: Record<string, unknown>; readonly story?: Told }> {
  const answer = await order(options, { command: 'agents.show', id });
  const story = await readStory(id, options);
  return { answer, ...(story && { story }) };
}

/** The trail of local mode is not that of a deployment: with --admin it has to be named. */
async function readStory(id: string, options: ShowOptions): Promise<Told | undefined> {
  const { admin, trail, bucket, broker = DEFAULT_BROKER, region, story = false } = options;
  if (admin !== undefined && trail === undefined && bucket === undefined) {
    notice('its story is in the audit trail: name it with --bucket (REMIT_TRAIL_BUCKET) or --trail');
    return undefined;
  }
  try {
    const named = { ...(bucket !== undefined && { bucket }), ...(region !== undefined && { region }) };
    const { reader } = await openTrailSource(trail, { broker, ...(admin !== undefined && named) });
    return story ? await readAll(reader, id) : await readNewest(reader, id);
  } catch (error) {
    if (trail !== undefined || bucket !== undefined || !(error instanceof CliError)) throw error;
    notice(`its story could not be read: ${error.message}`);
    return undefined;
  }
}

type Reader = Parameters<typeof agentStory>[0];

async function readNewest(reader: Reader, agent: string): Promise<Told> {
  const end = Date.now() + LOOKED_MS;
  const query = { agent, administrative: true, to: soon(), limit: SHOWN_ENTRIES };
  const { entries, next } = await agentStory(reader, query, () => Date.now() > end);
  return { entries, isWhole: next === undefined };
}

async function readAll(reader: Reader, agent: string): Promise<Told> {
  const entries: StoryEntry[] = [];
  let next: TrailCursor | undefined;
  const query = { agent, administrative: false, to: soon(), limit: PAGE };
  do {
    const page = await agentStory(reader, { ...query, ...(next && { next }) }, () => false);
    entries.push(...page.entries);
    next = page.next;
  } while (next !== undefined);
  return { entries, isWhole: true };
}

/** Whatever this machine's clock says, the newest is not left out. */
function soon(): Date {
  return new Date(Date.now() + AHEAD_MS);
}

/** A table of what is used; nothing where there is no budget. */
export function budgetLines(answer: unknown): readonly string[] {
  const { budgets: found = [] } = shown.parse(answer);
  if (found === 'unreadable') return ['', 'its budgets cannot be read now'];
  if (found.length === 0) return [];
  const rows = found.map(({ task, used, most, freesAt = '-', ...limit }) => [
    `${task ?? 'all its tasks'}: ${budgetName(limit)}`,
    String(used),
    String(most),
    freesAt,
  ]);
  return ['', ...tableLines(['BUDGET', 'USED', 'OF', 'FREES AT'], rows)];
}

/** A table of the entries, the newest first. */
export function storyLines({ entries }: Told): readonly string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(({ at, what, by, why = '', grantId = '' }) => [
    at,
    what,
    actorText(by),
    why,
    grantId,
  ]);
  return [
    '',
    ...tableLines(
      ['WHEN', 'WHAT', 'BY', 'WHY', 'GRANT'],
      rows.map((row) => row.map((cell) => (cell === '' ? '-' : cell))),
    ),
  ];
}

/** Says what is missing in a story that was cut. */
export function noticeOfMore({ isWhole }: Told): void {
  if (!isWhole) notice('this is the newest of what people did to it: --story tells everything');
}

function actorText(by: StoryActor | undefined): string {
  if (by === undefined) return '';
  return by.kind === 'person' ? by.subject : by.id;
}
