// Registers an agent at run time. It is only proposed: an administrator lets it act.

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ActDialog } from '../../acts/act-dialog.tsx';
import { mayAct } from '../../acts/allowed.ts';
import { offerOf } from '../../acts/offers.ts';
import { hashOf } from '../../app/route.ts';
import { useSession } from '../../app/session-context.ts';
import { useCatalogNames } from '../../parts/catalog-names.ts';
import { serverNow } from '../../parts/clock.ts';
import { PageHeading } from '../../parts/page-heading.tsx';
import { EMPTY, problemsOf, registrationOf } from './registration.ts';
import { BindingFields, type FieldsProps, IdentityFields } from './registration-fields.tsx';

/** The page. */
export default function Register() {
  const { me, config } = useSession();
  const [draft, setDraft] = useState({
    ...EMPTY,
    ownerSubject: me.person.subject,
    ownerName: me.person.name ?? '',
  });
  const [wasTried, setTried] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const problems = problemsOf(draft, serverNow());
  const mayRegister = mayAct(me, 'agent.register');
  const isWhole = Object.keys(problems).length === 0;
  const names = useCatalogNames();
  const fields = { draft, onChange: setDraft, problems: wasTried ? problems : {}, names };
  const agent = registrationOf(draft, config.issuer);
  const ask = () => {
    setTried(true);
    setAsked(isWhole);
  };
  return (
    <SpaceBetween size="l">
      <PageHeading
        title="Register an agent"
        description="It is proposed first: an administrator lets it act. Agents that stay belong in the catalog."
      />
      {!mayRegister && (
        <Alert type="info">You may look, not register: that needs an operator or an administrator.</Alert>
      )}
      <Form {...fields} isWrong={wasTried && !isWhole} mayRegister={mayRegister} onSubmit={ask} />
      {isAsked && (
        <ActDialog
          offer={offerOf('agent.register', agent.id)}
          details={{ agent }}
          onClose={() => setAsked(false)}
          onDone={() => {
            window.location.hash = hashOf(`/agents/${encodeURIComponent(agent.id)}`);
          }}
        />
      )}
    </SpaceBetween>
  );
}

interface FormProps extends FieldsProps {
  readonly isWrong: boolean;
  readonly mayRegister: boolean;
  readonly onSubmit: () => void;
}

function Form({ isWrong, mayRegister, onSubmit, ...fields }: FormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <SpaceBetween size="l">
        <IdentityFields {...fields} />
        <BindingFields {...fields} />
        {isWrong && (
          <div role="alert">
            <Alert type="error">Some fields above are not right yet.</Alert>
          </div>
        )}
        <Button variant="primary" formAction="submit" disabled={!mayRegister}>
          Register
        </Button>
      </SpaceBetween>
    </form>
  );
}
