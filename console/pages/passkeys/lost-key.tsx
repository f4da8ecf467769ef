// What to do when a passkey is lost.

import ExpandableSection from '@cloudscape-design/components/expandable-section';

/** Help, closed until it is wanted. */
export function LostKey() {
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
    </ExpandableSection>
  );
}
