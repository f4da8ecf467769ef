// The frame around every page: top bar, navigation, notices, and the page itself.

import AppLayout from '@cloudscape-design/components/app-layout';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { Suspense, useState } from 'react';
import { Sentence } from '../parts/date-text.tsx';
import { NARROW } from '../parts/narrow.ts';
import { PageHeading } from '../parts/page-heading.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { NAVIGATION, type NavigationEntry, pageAt, startOf } from './pages.ts';
import { hashOf, readRoute, useHash } from './route.ts';
import { type Notice, useSession } from './session-context.ts';
import { SessionEnd } from './session-end.tsx';
import { TopBar } from './top-bar.tsx';
import { useAllowedAttributes } from './use-allowed-attributes.ts';

const LABELS = {
  navigation: 'Pages',
  navigationToggle: 'Open navigation',
  navigationClose: 'Close navigation',
  notifications: 'Notices',
};

interface FrameProps {
  readonly notices: readonly Notice[];
  readonly onDismiss: (notice: Notice) => void;
}

/** Shows the page of the address. */
export function Frame({ notices, onDismiss }: FrameProps) {
  useAllowedAttributes();
  const { me } = useSession();
  const asked = readRoute(useHash()).path;
  const path = asked === '/' ? startOf(me.roles) : asked;
  const found = pageAt(path);
  const [isOpen, setOpen] = useState(() => !window.matchMedia(NARROW).matches);
  return (
    <>
      <button type="button" className="skip-link" onClick={skip}>
        Skip to content
      </button>
      <div id="bar" className="console-bar">
        <TopBar />
      </div>
      <AppLayout
        headerSelector="#bar"
        toolsHide
        ariaLabels={LABELS}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={<Navigation active={found?.page.under ?? ''} roles={me.roles} />}
        notifications={<Flashbar items={notices.map((notice) => flash(notice, onDismiss))} />}
        content={
          <div id="content" tabIndex={-1} className="page-heading">
            <SessionEnd />
            <ErrorBoundary key={path}>
              <Suspense fallback={<div className="starting" aria-busy="true" />}>
                {found === undefined ? <NotFound /> : <found.page.View key={path} id={found.id} />}
              </Suspense>
            </ErrorBoundary>
          </div>
        }
      />
    </>
  );
}

function Navigation({ active, roles }: { active: string; roles: readonly string[] }) {
  const isShown = ({ roles: needed }: NavigationEntry) =>
    needed === undefined || needed.some((role) => roles.includes(role));
  const groups = NAVIGATION.map(({ text, entries }) => ({ text, entries: entries.filter(isShown) }));
  return (
    <SideNavigation
      activeHref={hashOf(active)}
      header={{ href: hashOf('/'), text: 'Remit' }}
      items={groups
        .filter(({ entries }) => entries.length > 0)
        .map(({ text, entries }) => ({
          type: 'section-group' as const,
          title: text,
          items: entries.map((entry) => ({
            type: 'link' as const,
            text: entry.text,
            href: hashOf(entry.path),
          })),
        }))}
    />
  );
}

function NotFound() {
  return (
    <PageHeading title="There is no such page" description="The navigation shows those that are there." />
  );
}

function flash(notice: Notice, onDismiss: (notice: Notice) => void) {
  return {
    type: notice.type,
    content: <Sentence text={notice.text} />,
    dismissible: true,
    dismissLabel: 'Dismiss this notice',
    ariaRole: notice.type === 'error' ? ('alert' as const) : ('status' as const),
    onDismiss: () => onDismiss(notice),
  };
}

// no link: the hash is the address of the page
function skip(): void {
  document.getElementById('content')?.focus();
}
