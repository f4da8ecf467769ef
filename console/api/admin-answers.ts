// What people's API answers about agents, reviews, acts and numbers, as JSON: the core's own shapes, with dates as texts.

import type { StoryEntry } from '../../src/core/audit/agent-story.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';
import type { AgentView } from '../../src/core/lifecycle/agent-views.ts';
import type { CatalogNames } from '../../src/core/lifecycle/catalog-names.ts';
import type { AgentPage, AgentSummary } from '../../src/core/lifecycle/ports.ts';
import type { Offboarding } from '../../src/core/offboard/ports.ts';
import type { Answer } from '../../src/core/questions/question.ts';
import type { Overview } from '../../src/core/record/overview.ts';
import type { Review } from '../../src/core/review/content.ts';
import type { DueReview, dueReviews } from '../../src/core/review/due.ts';
import type { Proposal } from '../../src/core/review/proposals.ts';
import type { Told, Untold } from './told.ts';

/** A page of `GET /api/agents`. */
export type AgentRows = Told<AgentPage>;
/** One agent in a list. */
export type AgentRow = Told<AgentSummary>;
/** `GET /api/agents/{id}`. */
export interface AgentStory extends Told<Omit<AgentView, 'budgets'>> {
  readonly budgets: Told<AgentView['budgets']> | Untold;
}
/** A page of `GET /api/agents/{id}/story`. */
export interface StoryTold {
  readonly agent: string;
  readonly entries: readonly StoryEntry[];
  readonly next?: string;
}
/** `GET /api/reviews`. */
export type ReviewRows = Told<Awaited<ReturnType<typeof dueReviews>>>;
/** One agent whose review is due. */
export type ReviewRow = Told<DueReview>;
/** `GET /api/reviews/{agent}`. */
export interface ReviewStory extends Told<Omit<Review, 'proposals'>> {
  readonly proposals: readonly ProposalTold[];
  /** Unified, of the catalog's files; absent where the API has them not. */
  readonly diff?: string;
  /** Of the agent and the catalog as they are shown; who confirms signs this. */
  readonly reviewDigest: string;
}
/** One thing that could be taken away. */
export interface ProposalTold extends Pick<Proposal, 'kind' | 'sentence' | 'command'> {
  /** Why there is no patch where there should be one. */
  readonly problem?: string;
}
/** `GET /api/overview`. */
export type OverviewTold = Told<Overview>;

/** `GET /api/catalog`. */
export type CatalogTold = Told<CatalogNames>;

/** What an act has done; without `done` it goes on, and `result` says how far it is. */
export interface Done {
  readonly done: boolean;
  readonly result?: unknown;
}

/** What a kill, suspension or retirement has ended. */
export interface Ended {
  readonly killId: string;
  readonly ended: number;
  /** From then on nothing of it works. */
  readonly deadBy: string;
}

/** One record of the trail. */
export type RecordRow = Told<TrailRecord>;
/** A page of `GET /api/audit`. */
export interface RecordRows {
  readonly records: readonly RecordRow[];
  readonly next?: string;
}

/** One question of `GET /api/questions`. */
export interface QuestionTold {
  readonly name: string;
  readonly sentence: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly kind: string;
    readonly sentence: string;
    readonly required: boolean;
  }[];
}
export interface QuestionsTold {
  readonly questions: readonly QuestionTold[];
}
/** `GET /api/questions/{name}`. */
export type AnswerTold = Told<Answer>;

/** `POST /api/agents/{id}/proof`: how far the proof of a retired agent is. */
export type OffboardingTold = Told<Offboarding>;
