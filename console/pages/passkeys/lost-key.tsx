// What to do when a passkey is lost.

import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { PasskeyRow } from '../../api/answers.ts';
import { useSession } from '../../app/session-context.ts';

/** Help, closed until it is wanted; with what an administrator has to know. */
export function LostKey({ passkeys }: { passkeys: readonly PasskeyRow[] }) {
  const { me } = useSession();
  return (
    <ExpandableSection variant="container" headerText="I have lost a passkey">
      <ul>
        <li>You have another one that counts: remove the lost one above, now.</li>
        <li>
          It was your only one: tell an administrator, who removes it for you. Then enrol a new one; it waits
          for a confirmation as your first one did.
        </li>
        <li>
          Whoever found it still needs your PIN, fingerprint or face, and your sign-in. Requests that it
          approved and that are not redeemed yet stop counting when it is removed.
        </li>
      </ul>
      <p>
        What an administrator needs: person <code>{me.person.subject}</code>
        {passkeys.length > 0 && ', and the id of the key:'}
      </p>
      <ul>
        {passkeys
          .filter(({ status }) => status !== 'removed')
          .map(({ credentialId, label }) => (
            <li key={credentialId}>
              “{label}” <code className="exact">{credentialId}</code>
            </li>
          ))}
      </ul>
    </ExpandableSection>
  );
}
