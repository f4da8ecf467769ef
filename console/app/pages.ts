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
}

export const NAVIGATION: readonly { readonly text: string; readonly entries: readonly NavigationEntry[] }[] =
  [
    { text: 'Decide', entries: [{ text: 'Approvals', path: '/approvals' }] },
    {
      text: 'Look',
      entries: [
        { text: 'Grants', path: '/grants' },
        { text: 'Findings', path: '/findings' },
      ],
    },
    { text: 'You', entries: [{ text: 'My passkeys', path: '/passkeys' }] },
  ];

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
  page(/^\/(?:approvals)?$/, '/approvals', () => import('../pages/approvals.tsx')),
  page(/^\/approvals\/([^/]+)$/, '/approvals', () => import('../pages/approval/approval.tsx')),
  page(/^\/grants$/, '/grants', () => import('../pages/grants.tsx')),
  page(/^\/grants\/([^/]+)$/, '/grants', () => import('../pages/grant.tsx')),
  page(/^\/findings$/, '/findings', () => import('../pages/findings.tsx')),
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
