// The dialog of one act: what follows from it in plain words, exactly what is ordered, the reason, and the passkey where
// one signs it. What went wrong is said here, and the reason stays written.

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { type ReactNode, useState } from 'react';
import type { ActDetails } from '../../src/core/people/act-text.ts';
import type { Act } from '../../src/core/people/acts.ts';
import type { Done } from '../api/admin-answers.ts';
import { ApiFailure } from '../api/client.ts';
import { hashOf } from '../app/route.ts';
import { type Notice, useSession } from '../app/session-context.ts';
import { useDraft } from '../parts/draft.ts';
import { Failure } from '../parts/failure.tsx';
import { isSigned } from './allowed.ts';
import { GoingOn, killIdOf } from './going-on.tsx';
import { problemOfReason } from './reason.ts';
import { type ActProblem, type RunningAct, useAct } from './use-act.ts';

/** One act on one thing, as a page asks for it. */
export interface ActOffer {
  readonly act: Act;
  readonly target: string;
  /** A question: `Suspend billing-agent?` */
  readonly title: string;
  /** The word on the button. */
  readonly verb: string;
  readonly consequence: ReactNode;
  /** Told when it is done. */
  readonly outcome: (result: unknown) => string;
}

interface DialogProps {
  readonly offer: ActOffer;
  readonly details?: ActDetails | undefined;
  /** What the fields in `children` lack; the act waits for it. */
  readonly lacks?: boolean;
  /** Called when the reader has asked for the act, also while something is lacking. */
  readonly onTry?: () => void;
  /** Fields of this act. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
  /** The act is done; the dialog is over. */
  readonly onDone: (result: unknown) => void;
}

/** Open as long as it is rendered: until the act is ordered, and while it goes on. */
export function ActDialog(props: DialogProps) {
  const { offer } = props;
  const { tell } = useSession();
  const [begun, setBegun] = useState<Done>();
  const over = (answer: Done) => {
    tell(noticeOf(offer, answer));
    props.onDone(answer.result);
  };
  const killId = begun && killIdOf(begun);
  if (begun === undefined || killId === undefined)
    return (
      <OrderDialog
        {...props}
        onAnswer={(answer) => (killIdOf(answer) === undefined ? over(answer) : setBegun(answer))}
      />
    );
  return (
    <GoingOn title={offer.title} first={begun} killId={killId} onClose={() => over(begun)} onDone={over} />
  );
}

function OrderDialog({ onAnswer, ...props }: DialogProps & { readonly onAnswer: (answer: Done) => void }) {
  const { offer, details, lacks = false, onTry, onClose } = props;
  const { act, target } = offer;
  const { me } = useSession();
  const [reason, setReason] = useDraft(`${act} ${target}`);
  const [wasTried, setTried] = useState(false);
  const running = useAct((answer) => {
    setReason('');
    onAnswer(answer);
  });
  const lacking = problemOfReason(reason);
  const go = () => {
    setTried(true);
    onTry?.();
    if (lacking === '' && !lacks) running.run({ act, target, reason: reason.trim(), details });
  };
  const noKey = isSigned(act) && me.passkeys === 0;
  return (
    <Modal
      visible
      header={offer.title}
      closeAriaLabel="Leave it as it is"
      onDismiss={() => !running.isRunning && onClose()}
      footer={<Footer offer={offer} running={running} noKey={noKey} go={go} onClose={onClose} />}
    >
      <SpaceBetween size="m">
        <div>{offer.consequence}</div>
        {props.children}
        <FormField
          label="Reason"
          description="It stays with the act and in the audit trail."
          errorText={wasTried ? lacking : ''}
        >
          <Textarea
            value={reason}
            rows={2}
            ariaRequired
            disabled={running.isRunning}
            onChange={({ detail }) => setReason(detail.value)}
          />
        </FormField>
        {!isEmpty(details) && <Ordered offer={offer} details={details} />}
        {noKey && <NoPasskey />}
        {running.isRunning && <UnderWay />}
        {running.problem !== undefined && <Problem problem={running.problem} />}
      </SpaceBetween>
    </Modal>
  );
}

function noticeOf(offer: ActOffer, { done, result }: Done): Notice {
  if (done) return { type: 'success', text: offer.outcome(result) };
  const text = `${offer.verb}: it goes on. Nothing new is given any more, and what is open is being ended; the page “Stop” shows how far it is.`;
  return { type: 'info', text };
}

interface FooterProps {
  readonly offer: ActOffer;
  readonly running: RunningAct;
  readonly noKey: boolean;
  readonly go: () => void;
  readonly onClose: () => void;
}

function Footer({ offer, running, noKey, go, onClose }: FooterProps) {
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" disabled={running.isRunning} onClick={onClose}>
          Leave it
        </Button>
        <Button
          variant="primary"
          loading={running.isRunning}
          loadingText="Under way"
          disabled={noKey}
          onClick={go}
        >
          {isSigned(offer.act) ? `${offer.verb} with passkey` : offer.verb}
        </Button>
      </SpaceBetween>
    </Box>
  );
}

/** Of an act that has details, none is chosen yet: there is no order to show. */
function isEmpty(details: ActDetails | undefined): boolean {
  return details !== undefined && Object.keys(details).length === 0;
}

/** The very members that are sent, and signed where a passkey signs. */
function Ordered({ offer: { act, target }, details }: Pick<DialogProps, 'offer' | 'details'>) {
  return (
    <div>
      <Box variant="awsui-key-label">
        {isSigned(act) ? 'What you sign, with your reason' : 'What is ordered'}
      </Box>
      <div className="exact">
        {act} · {target}
      </div>
      {details !== undefined && (
        <pre className="exact exact-text">{JSON.stringify(details, undefined, 2)}</pre>
      )}
    </div>
  );
}

function NoPasskey() {
  return (
    <Alert type="info" header="You need a passkey for this">
      Enrol one under{' '}
      <Link href={hashOf('/passkeys')} variant="primary">
        My passkeys
      </Link>
      , and have it confirmed.
    </Alert>
  );
}

function UnderWay() {
  return (
    <Box variant="small" color="text-body-secondary">
      <span role="status">
        Under way. What ends something waits for leases that are being made at this moment: a quarter of a
        minute.
      </span>
    </Box>
  );
}

function Problem({ problem }: { problem: ActProblem }) {
  if (problem instanceof ApiFailure) return <Failure failure={problem} />;
  return (
    <div role="alert">
      <Alert type="warning" header="Nothing was done">
        {problem.message}
      </Alert>
    </div>
  );
}
