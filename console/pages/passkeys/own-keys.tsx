// The reader's own passkeys and their state.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { PasskeyRow } from '../../api/answers.ts';
import { useSession } from '../../app/session-context.ts';
import { DateText } from '../../parts/date-text.tsx';
import { BindingCode, PersonName } from '../../parts/names.tsx';
import { Empty } from '../../parts/waiting.tsx';
import type { PasskeyActs } from './passkeys.tsx';

interface OwnKeysProps {
  readonly passkeys: readonly PasskeyRow[];
  /** Codes of keys enrolled on this page, by credential id. */
  readonly codes: Readonly<Record<string, string>>;
  readonly acts: PasskeyActs;
}

/** One entry for each key, removed ones too. */
export function OwnKeys({ passkeys, codes, acts }: OwnKeysProps) {
  const { me } = useSession();
  const [leaving, setLeaving] = useState<PasskeyRow>();
  // a removal is signed by one that counts
  const canSign = passkeys.some(({ status }) => status === 'active');
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${passkeys.length})`}>
          Enrolled
        </Header>
      }
    >
      {passkeys.length === 0 && (
        <Empty title="You have no passkey yet">Enrol one below; it takes a minute.</Empty>
      )}
      <ul className="plain-list rows">
        {passkeys.map((passkey) => (
          <li key={passkey.credentialId}>
            <Key passkey={passkey} code={passkey.code ?? codes[passkey.credentialId]} />
            {canSign && passkey.status !== 'removed' && (
              <Button
                ariaLabel={`Remove the passkey ${passkey.label}`}
                loading={acts.running === `remove ${passkey.credentialId}`}
                onClick={() => setLeaving(passkey)}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ConfirmRemoval
        passkey={leaving}
        onClose={(isSure) => {
          setLeaving(undefined);
          if (isSure && leaving !== undefined)
            acts.remove({ person: me.person, credentialId: leaving.credentialId });
        }}
      />
    </Container>
  );
}

function Key({ passkey, code }: { passkey: PasskeyRow; code: string | undefined }) {
  const { label, status, enrolledAt, lapsesAt, activeSince, confirmedBy, confirmationReason } = passkey;
  return (
    <div>
      <Box variant="strong">{label}</Box>{' '}
      {status === 'active' && <StatusIndicator type="success">counts</StatusIndicator>}
      {status === 'waiting' && <StatusIndicator type="pending">waits for confirmation</StatusIndicator>}
      {status === 'lapsed' && (
        <StatusIndicator type="stopped">lapsed: nobody can confirm it any more</StatusIndicator>
      )}
      {status === 'removed' && <StatusIndicator type="stopped">removed</StatusIndicator>}
      <Box color="text-body-secondary" variant="small" display="block">
        enrolled <DateText at={enrolledAt} />
        {lapsesAt !== undefined && (
          <>
            , waits until <DateText at={lapsesAt} />
          </>
        )}
        {activeSince !== undefined && (
          <>
            , counts since <DateText at={activeSince} />
          </>
        )}
        {confirmedBy !== undefined && (
          <>
            , confirmed by <PersonName person={confirmedBy} />
            {confirmationReason !== undefined && (
              <blockquote className="agents-words">{confirmationReason}</blockquote>
            )}
          </>
        )}
        <Removed passkey={passkey} />
      </Box>
      {status === 'waiting' && code !== undefined && (
        <Box variant="p">
          Tell this code to an administrator, or to anybody else who has a passkey:{' '}
          <BindingCode code={code} />
        </Box>
      )}
    </div>
  );
}

function Removed({ passkey: { removedAt, removedBy, removalReason } }: { passkey: PasskeyRow }) {
  const { me } = useSession();
  if (removedAt === undefined) return null;
  const isByOther = removedBy !== undefined && removedBy.subject !== me.person.subject;
  return (
    <>
      , removed <DateText at={removedAt} />
      {isByOther && (
        <>
          {' '}
          by <PersonName person={removedBy} />
        </>
      )}
      {removalReason !== undefined && <blockquote className="agents-words">{removalReason}</blockquote>}
    </>
  );
}

interface RemovalProps {
  readonly passkey: PasskeyRow | undefined;
  readonly onClose: (isSure: boolean) => void;
}

function ConfirmRemoval({ passkey, onClose }: RemovalProps) {
  return (
    <Modal
      visible={passkey !== undefined}
      header="Remove this passkey?"
      closeAriaLabel="Keep it"
      onDismiss={() => onClose(false)}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => onClose(false)}>
              Keep it
            </Button>
            <Button variant="primary" onClick={() => onClose(true)}>
              Remove with passkey
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      “{passkey?.label}” decides nothing any more, and approvals that it signed and that are not redeemed yet
      no longer count. You sign the removal with a passkey that counts.
    </Modal>
  );
}
