// Every route of the people's API, from the route tables: a new one is tried by the tests that try them all.

import { actRoutes } from '../../src/adapters/http/people/acts.ts';
import { agentRoutes } from '../../src/adapters/http/people/agents.ts';
import { approvalRoutes } from '../../src/adapters/http/people/approvals.ts';
import { passkeyRoutes } from '../../src/adapters/http/people/passkeys.ts';
import { questionRoutes } from '../../src/adapters/http/people/questions.ts';
import type { PeopleRoute } from '../../src/adapters/http/people/route.ts';
import { viewRoutes } from '../../src/adapters/http/people/views.ts';

/** Named before anything is asked of their dependencies: these are for looking at only. */
export function peopleRoutes(): readonly PeopleRoute[] {
  const none = {} as never;
  return [
    ...viewRoutes(none),
    ...approvalRoutes(none),
    ...passkeyRoutes(none),
    ...questionRoutes(none),
    ...actRoutes(none),
    ...agentRoutes(none),
  ];
}
