// The signed-in person's passkeys, and those of others that wait for a confirmation.

import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Passkeys as PasskeysAnswer } from '../../api/answers.ts';
import { ApiFailure } from '../../api/client.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useSession } from '../../app/session-context.ts';
import { Failure } from '../../parts/failure.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { Loading } from '../../parts/waiting.tsx';
import { PasskeyFailure } from '../../passkey/ceremony.ts';
import {
  confirmPasskey,
  enrolPasskey,
  type PasskeyOf,
  removePasskey,
  type Vouching,
} from '../../passkey/enrol.ts';
import { Enrol } from './enrol.tsx';
import { LostKey } from './lost-key.tsx';
import { OwnKeys } from './own-keys.tsx';
import { RemoveLost } from './remove-lost.tsx';
import { ToConfirm } from './to-confirm.tsx';

/** What the page does; each asks a passkey. */
export interface PasskeyActs {
  /** Name of the act under way. */
  readonly running: string | undefined;
  enrol(label: string): void;
  confirm(waiting: Vouching): void;
  remove(of: PasskeyOf): void;
}

/** The page of passkeys. */
export default function Passkeys() {
  const answer = useAnswer<PasskeysAnswer>('/api/passkeys');
  const { acts, code, failure } = useActs(answer.reload);
  const { value } = answer;
  const isAdministrator = useSession().me.roles.includes('administrator');
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="My passkeys"
        description="A decision is signed by a passkey: your device, your password manager, or a security key."
      />
      {answer.failure !== undefined && <Failure failure={answer.failure} onRetry={answer.reload} />}
      {failure !== undefined && <Failure failure={failure} />}
      {answer.isLoading && <Loading what="passkeys" />}
      {value !== undefined && (
        <SpaceBetween size="l">
          <OwnKeys passkeys={value.passkeys} codes={code} acts={acts} />
          <Enrol
            key={value.passkeys.length}
            isFirst={!value.passkeys.some(({ status }) => status === 'active')}
            acts={acts}
          />
          <ToConfirm waiting={value.toConfirm} acts={acts} />
          {isAdministrator && <RemoveLost remove={acts.remove} running={acts.running} />}
          <LostKey passkeys={value.passkeys} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function useActs(reload: () => void) {
  const { api, me, tell, reloadMe } = useSession();
  const [running, setRunning] = useState<string>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [code, setCode] = useState<Readonly<Record<string, string>>>({});
  const run = async (name: string, act: () => Promise<string>) => {
    setRunning(name);
    setFailure(undefined);
    try {
      tell({ type: 'success', text: await act() });
      reloadMe();
    } catch (error) {
      setFailure(asFailure(error));
    } finally {
      setRunning(undefined);
      reload();
    }
  };
  const acts: PasskeyActs = {
    running,
    enrol: (label) =>
      run('enrol', async () => {
        const enrolled = await enrolPasskey(api, me.person, label);
        const { code: told } = enrolled;
        if (told === undefined) return `The passkey “${label}” is enrolled and counts from now on.`;
        setCode((codes) => ({ ...codes, [enrolled.passkey.credentialId]: told }));
        return `The passkey “${label}” is enrolled. It counts once somebody has confirmed the code ${told}.`;
      }),
    confirm: (waiting) =>
      run(`confirm ${waiting.credentialId}`, async () => {
        await confirmPasskey(api, me.person, waiting);
        return `You confirmed the passkey of ${waiting.person.name ?? waiting.person.subject}.`;
      }),
    remove: (of) =>
      run(`remove ${of.credentialId}`, async () => {
        await removePasskey(api, me.person, of);
        return 'The passkey is removed. It decides nothing any more.';
      }),
  };
  return { acts, code, failure };
}

function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (error instanceof PasskeyFailure) return new ApiFailure('passkey', error.message);
  return new ApiFailure('passkey', String(error));
}
