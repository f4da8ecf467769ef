// Top bar: appearance, who is signed in, sign-out.

import TopNavigation from '@cloudscape-design/components/top-navigation';
import { APPEARANCES, type Appearance, chooseAppearance, useAppearance } from './appearance.ts';
import { hashOf } from './route.ts';
import { useSession } from './session-context.ts';

const NAMES: Readonly<Record<Appearance, string>> = {
  system: 'As the system says',
  light: 'Light',
  dark: 'Dark',
};

/** The bar above every page. */
export function TopBar() {
  const { me, signOut } = useSession();
  const appearance = useAppearance();
  const name = me.person.name ?? me.person.subject;
  return (
    <TopNavigation
      identity={{ href: hashOf('/'), title: 'Remit' }}
      i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
      utilities={[
        {
          type: 'menu-dropdown',
          iconName: 'settings',
          ariaLabel: 'Appearance',
          title: 'Appearance',
          items: APPEARANCES.map((id) => ({
            id,
            text: NAMES[id],
            itemType: 'checkbox' as const,
            checked: id === appearance,
          })),
          onItemClick: ({ detail }) => {
            const chosen = APPEARANCES.find((each) => each === detail.id);
            if (chosen !== undefined) chooseAppearance(chosen);
          },
        },
        {
          type: 'menu-dropdown',
          iconName: 'user-profile',
          text: name,
          description: rolesOf(me.roles),
          ariaLabel: `Signed in as ${name}`,
          items: [
            { id: 'passkeys', text: 'My passkeys', href: hashOf('/passkeys') },
            { id: 'sign-out', text: 'Sign out' },
          ],
          onItemClick: ({ detail }) => {
            if (detail.id === 'sign-out') signOut();
          },
        },
      ]}
    />
  );
}

function rolesOf(roles: readonly string[]): string {
  return roles.length === 0 ? 'No role' : roles.join(', ');
}
