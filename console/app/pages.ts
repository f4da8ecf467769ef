// The pages: address, navigation and code of each, loaded when it is first looked at. A new page is a new line.

import { type ComponentType, lazy } from 'react';

/** What a page gets: the parts of its address, decoded. */
export interface PageProps {
  readonly id: string;
}

/** One page. */
export interface Page {
  /** The first group is the id. */
  readonly address: RegExp;
  /** The page that the navigation marks. */
  readonly under: string;
  readonly View: ComponentType<PageProps>;
}

/** One entry of the navigation. */
export interface NavigationEntry {
  readonly text: string;
  readonly path: string;
  /** Shown to people with one of these roles; to everybody when left out. */
  readonly roles?: readonly string[];
}

/** Operators and administrators are viewers too. */
const VIEWERS = ['viewer'];
/** Whoever may read what is not one's own. */
const READERS = ['viewer', 'approver'];

export const NAVIGATION: readonly { readonly text: string; readonly entries: readonly NavigationEntry[] }[] =
  [
    { text: 'Decide', entries: [{ text: 'Approvals', path: '/approvals' }] },
    {
      text: 'Look',
      entries: [
        { text: 'Overview', path: '/overview', roles: READERS },
        { text: 'Grants', path: '/grants', roles: READERS },
        { text: 'Findings', path: '/findings', roles: READERS },
        { text: 'Questions', path: '/questions', roles: VIEWERS },
        { text: 'Audit trail', path: '/audit', roles: VIEWERS },
      ],
    },
    {
      text: 'Govern',
      entries: [
        { text: 'Agents', path: '/agents' },
        { text: 'Reviews', path: '/reviews' },
        { text: 'Stop', path: '/stop', roles: VIEWERS },
      ],
    },
    { text: 'You', entries: [{ text: 'My passkeys', path: '/passkeys' }] },
  ];

/** Where somebody begins: with the overview who looks after agents, with the queue who decides. */
export function startOf(roles: readonly string[]): string {
  return roles.includes('viewer') ? '/overview' : '/approvals';
}

const page = (
  address: RegExp,
  under: string,
  load: () => Promise<{ default: ComponentType<PageProps> }>,
): Page => ({
  address,
  under,
  View: lazy(load),
});

export const PAGES: readonly Page[] = [
  page(/^\/approvals$/, '/approvals', () => import('../pages/approvals.tsx')),
  page(/^\/approvals\/([^/]+)$/, '/approvals', () => import('../pages/approval/approval.tsx')),
  page(/^\/grants$/, '/grants', () => import('../pages/grants.tsx')),
  page(/^\/grants\/([^/]+)$/, '/grants', () => import('../pages/grant.tsx')),
  page(/^\/findings$/, '/findings', () => import('../pages/findings.tsx')),
  page(/^\/overview$/, '/overview', () => import('../pages/overview/overview.tsx')),
  page(/^\/stop$/, '/stop', () => import('../pages/stop/stop.tsx')),
  page(/^\/reviews$/, '/reviews', () => import('../pages/reviews/reviews.tsx')),
  page(/^\/reviews\/([^/]+)$/, '/reviews', () => import('../pages/reviews/review.tsx')),
  page(/^\/audit$/, '/audit', () => import('../pages/audit/audit.tsx')),
  page(/^\/questions$/, '/questions', () => import('../pages/questions/questions.tsx')),
  page(/^\/questions\/([^/]+)$/, '/questions', () => import('../pages/questions/question.tsx')),
  page(/^\/agents$/, '/agents', () => import('../pages/agents/agents.tsx')),
  page(/^\/register-agent$/, '/agents', () => import('../pages/agents/register.tsx')),
  page(/^\/agents\/([^/]+)$/, '/agents', () => import('../pages/agents/agent.tsx')),
  page(/^\/passkeys$/, '/passkeys', () => import('../pages/passkeys/passkeys.tsx')),
];

/** The page at an address, with its id. */
export function pageAt(path: string): { readonly page: Page; readonly id: string } | undefined {
  for (const each of PAGES) {
    const match = each.address.exec(path);
    if (match !== null) return { page: each, id: decoded(match[1] ?? '') };
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
