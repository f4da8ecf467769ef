// Changes of a catalog that a review proposes, as values: what each does to the compiled catalog is said here, so that
// an edit of its files can be held to it.

import type { Agent, Catalog, PolicySource } from '../model.ts';
import { digestOf } from '../record/digest.ts';

/** One change. Agents are those of the catalog. */
export type CatalogEdit =
  | { readonly kind: 'leave-group'; readonly agent: string; readonly group: string }
  | {
      readonly kind: 'remove-binding';
      readonly agent: string;
      readonly issuer: string;
      readonly subject: string;
    }
  | { readonly kind: 'remove-agent'; readonly agent: string }
  | { readonly kind: 'remove-policy'; readonly policy: string }
  | { readonly kind: 'forbid'; readonly agent: string; readonly task: string; readonly day: string };

/** Where forbids of reviews stand. */
export const REVIEWS_FILE = 'policies/reviews.cedar';

/** The policy that takes a task from one agent. Names have no character that ends a text of Cedar. */
export function forbidPolicy({
  agent,
  task,
}: {
  readonly agent: string;
  readonly task: string;
}): PolicySource {
  const id = `review-${agent}-${task}`;
  const text = `@id("${id}")
forbid (
  principal == Remit::Agent::"${agent}",
  action == Remit::Action::"${task}",
  resource
);`;
  return { id, file: REVIEWS_FILE, text };
}

/** The catalog after these changes. */
export function applyEdits(catalog: Catalog, edits: readonly CatalogEdit[]): Catalog {
  const { digest: _, ...content } = edits.reduce(applyEdit, catalog);
  return { digest: digestOf(content), ...content };
}

function applyEdit(catalog: Catalog, edit: CatalogEdit): Catalog {
  switch (edit.kind) {
    case 'leave-group':
      return changeAgent(catalog, edit.agent, (agent) => ({
        ...agent,
        groups: agent.groups.filter((group) => group !== edit.group),
      }));
    case 'remove-binding':
      return changeAgent(catalog, edit.agent, (agent) => ({
        ...agent,
        bindings: agent.bindings.filter(
          ({ issuer, subject }) => issuer !== edit.issuer || subject !== edit.subject,
        ),
      }));
    case 'remove-agent':
      return { ...catalog, agents: catalog.agents.filter(({ id }) => id !== edit.agent) };
    case 'remove-policy':
      return { ...catalog, policies: catalog.policies.filter(({ id }) => id !== edit.policy) };
    case 'forbid': {
      const byId = (one: PolicySource, other: PolicySource) => (one.id < other.id ? -1 : 1);
      return { ...catalog, policies: [...catalog.policies, forbidPolicy(edit)].sort(byId) };
    }
  }
}

function changeAgent(catalog: Catalog, id: string, change: (agent: Agent) => Agent): Catalog {
  return { ...catalog, agents: catalog.agents.map((agent) => (agent.id === id ? change(agent) : agent)) };
}
