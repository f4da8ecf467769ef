// The proposals of a review as patches of a catalog's files. A patch is shown only when the files compile with it and
// take from the agent exactly the tasks that its proposal names; otherwise the proposal says why there is none.

import type { CompileOptions } from '../../core/catalog/compile.ts';
import type { Review } from '../../core/review/content.ts';
import type { CatalogEdit } from '../../core/review/edits.ts';
import { lossBetween } from '../../core/review/possible.ts';
import type { Proposal } from '../../core/review/proposals.ts';
import { compileTexts } from './catalog-files.ts';
import { editCatalog, type Texts } from './edit-catalog.ts';
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
  if (source === undefined) {
    const problem = 'the files of the catalog are not at hand';
    const proposals = review.proposals.map((each) => shown(each, each.edits.length === 0 ? {} : { problem }));
    return { ...review, proposals, diff: '' };
  }
  const { id } = review.agent;
  let together: readonly CatalogEdit[] = [];
  let texts = source.texts;
  const proposals = review.proposals.map((proposal) => {
    if (proposal.edits.length === 0) return shown(proposal, {});
    const alone = edit(source, id, proposal.edits);
    if ('problem' in alone) return shown(proposal, alone);
    if (!sameTasks(alone.lost, proposal.loses))
      return shown(proposal, { problem: 'with these files it would take away something else' });
    const edits = [...together, ...proposal.edits];
    const all = edit(source, id, edits);
    if (!('problem' in all) && all.lost?.every((task) => review.loses.includes(task)))
      [together, texts] = [edits, all.texts];
    return shown(proposal, { diff: unifiedDiff(source.texts, alone.texts, source.root) });
  });
  return { ...review, proposals, diff: unifiedDiff(source.texts, texts, source.root) };
}

function shown(
  { kind, sentence, loses, command }: Proposal,
  told: { readonly diff?: string; readonly problem?: string },
): ShownProposal {
  return { kind, sentence, loses, ...(command && { command }), diff: '', ...told };
}

type Edit =
  | { readonly problem: string }
  | { readonly texts: Texts; readonly lost: readonly string[] | undefined };

/** The files after the changes, and what they take from the agent by what the policies say before and after. */
function edit({ texts, options }: CatalogSource, id: string, edits: readonly CatalogEdit[]): Edit {
  const result = editCatalog(texts, edits, options);
  if ('problem' in result) return result;
  const before = compileTexts(texts, options).catalog;
  const after = compileTexts(result.texts, options).catalog;
  return { texts: result.texts, lost: before && after && lossBetween(before, after, id) };
}

function sameTasks(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one !== undefined && [...one].sort().join(' ') === [...other].sort().join(' ');
}
