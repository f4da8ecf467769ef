// The proposals of a review as patches of a catalog's files. A patch is shown only when the files compile with it and
// take from the agent exactly the tasks that its proposal names; otherwise the proposal says why there is none.

import type { CompileOptions } from '../../core/catalog/compile.ts';
import type { Review } from '../../core/review/content.ts';
import { lossBetween } from '../../core/review/possible.ts';
import type { Proposal } from '../../core/review/proposals.ts';
import { type CompiledTexts, editCatalog, openTexts, type Texts } from './edit-catalog.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A proposal for people and programs. */
export interface ShownProposal extends Pick<Proposal, 'kind' | 'sentence' | 'loses' | 'command'> {
  /** Unified; empty where the catalog's files do not change. */
  readonly diff: string;
  /** Why there is no patch where there should be one. */
  readonly problem?: string;
}

/** A review with its patches. */
export interface ShownReview extends Omit<Review, 'proposals'> {
  readonly proposals: readonly ShownProposal[];
  /** Of all proposals that have one, together. */
  readonly diff: string;
}

/** The catalog's files, and what a patch calls their directory. */
export interface CatalogSource {
  readonly texts: Texts;
  readonly root: string;
  readonly options?: CompileOptions;
}

/** Adds the patches; without files there are none. */
export function withDiffs(review: Review, source: CatalogSource | undefined): ShownReview {
  const opened = source
    ? openTexts(source.texts, source.options)
    : { problem: 'the files of the catalog are not at hand' };
  if (source === undefined || 'problem' in opened) {
    const told = 'problem' in opened ? { problem: opened.problem } : {};
    const proposals = review.proposals.map((each) => shown(each, each.edits.length === 0 ? {} : told));
    return { ...review, proposals, diff: '' };
  }
  const { id } = review.agent;
  let together: CompiledTexts = opened;
  const proposals = review.proposals.map((proposal) => {
    if (proposal.edits.length === 0) return shown(proposal, {});
    const alone = editCatalog(opened, proposal.edits, source.options);
    if ('problem' in alone) return shown(proposal, alone);
    if (!sameTasks(lossBetween(opened.catalog, alone.catalog, id), proposal.loses))
      return shown(proposal, { problem: 'with these files it would take away something else' });
    const all = editCatalog(together, proposal.edits, source.options);
    const lost = 'problem' in all ? undefined : lossBetween(opened.catalog, all.catalog, id);
    if (!('problem' in all) && lost?.every((task) => review.loses.includes(task))) together = all;
    return shown(proposal, { diff: unifiedDiff(source.texts, alone.texts, source.root) });
  });
  return { ...review, proposals, diff: unifiedDiff(source.texts, together.texts, source.root) };
}

function shown(
  { kind, sentence, loses, command }: Proposal,
  { diff = '', problem }: { readonly diff?: string; readonly problem?: string },
): ShownProposal {
  return {
    kind,
    sentence,
    loses,
    ...(command && { command }),
    diff,
    ...(problem !== undefined && { problem }),
  };
}

function sameTasks(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one !== undefined && [...one].sort().join(' ') === [...other].sort().join(' ');
}
