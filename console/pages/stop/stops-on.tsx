// The switches that are on: who stopped what, when and why; whoever may, lifts them.

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { Act } from '../../../src/core/people/acts.ts';
import { ActDialog, type ActOffer } from '../../acts/act-dialog.tsx';
import { mayAct } from '../../acts/allowed.ts';
import { offerOf } from '../../acts/offers.ts';
import type { OverviewTold } from '../../api/admin-answers.ts';
import { useSession } from '../../app/session-context.ts';
import { DateText } from '../../parts/date-text.tsx';
import { PersonName } from '../../parts/names.tsx';

type Stops = OverviewTold['now']['stops'];
type Scope = Stops[number]['scope'];

const RESTORES: Readonly<Record<Scope['kind'], Act>> = {
  task: 'task.restore',
  issuer: 'issuer.restore',
  everything: 'everything.restore',
};

const targetOf = (scope: Scope) => ('id' in scope ? scope.id : scope.kind);

/** The list. */
export function StopsOn({ stops, onDone }: { stops: Stops; onDone: () => void }) {
  const { me } = useSession();
  const [offer, setOffer] = useState<ActOffer>();
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${stops.length})`}>
          Stopped now
        </Header>
      }
    >
      {stops.length === 0 && <StatusIndicator type="success">Nothing is stopped</StatusIndicator>}
      <ul className="plain-list rows">
        {stops.map(({ scope, change }) => (
          <li key={`${scope.kind} ${targetOf(scope)}`}>
            <div>
              <StatusIndicator type="error">
                {scope.kind === 'everything' ? 'Everything' : `The ${scope.kind} ${targetOf(scope)}`}
              </StatusIndicator>
              <Box variant="small" color="text-body-secondary" display="block">
                by <PersonName person={change.by} />, <DateText at={change.at} />
              </Box>
              <blockquote className="agents-words">{change.reason}</blockquote>
            </div>
            {mayAct(me, RESTORES[scope.kind]) && (
              <Button
                ariaLabel={`Lift the stop of ${targetOf(scope)}`}
                onClick={() => setOffer(offerOf(RESTORES[scope.kind], targetOf(scope)))}
              >
                Lift
              </Button>
            )}
          </li>
        ))}
      </ul>
      {offer !== undefined && (
        <ActDialog
          offer={offer}
          onClose={() => setOffer(undefined)}
          onDone={() => {
            setOffer(undefined);
            onDone();
          }}
        />
      )}
    </Container>
  );
}
