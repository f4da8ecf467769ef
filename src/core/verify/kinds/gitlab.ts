// GitLab CI id_tokens. Booleans are strings; names are recycled; a merge request pipeline of a fork names the fork as
// its project and the place where it runs as the job's project.

import { must } from '../flaw.ts';
import type { JsonObject } from '../json.ts';
import { error, findingsOf, warning } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const NUMERIC_ID = /^[1-9][0-9]{0,18}$/;

export const gitlab: Kind = {
  ...plainKind,
  algorithms: ['RS256', 'RS384', 'RS512', 'ES256'],
  requires: ['iat', 'jti'],
  checkClaims,
  checkBinding: ({ subject, claims = {} }) =>
    findingsOf([
      [
        /^project_path:[^:*]+:ref_type:(?:branch|tag):ref:.+$/.test(subject),
        error(
          'The subject does not say project and ref.',
          'Write it whole: project_path:<group>/<project>:ref_type:branch:ref:<branch>.',
        ),
      ],
      [
        NUMERIC_ID.test(claims['project_id'] ?? ''),
        error(
          'The binding does not pin project_id; a path can pass to somebody else.',
          'Add claims: { project_id: "<number>" }.',
        ),
      ],
      [
        claims['ref_protected'] === 'true',
        warning('Whoever may push to that branch is this agent.', 'Pin ref_protected: "true" as well.'),
      ],
    ]),
};

/** A job runs in its own project, or it is somebody else's code. */
function checkClaims(claims: JsonObject): JsonObject {
  const { project_id: project, job_project_id: jobProject } = claims as Record<string, unknown>;
  must(typeof project === 'string' && NUMERIC_ID.test(project), 'gitlab project_id');
  must(jobProject === undefined || jobProject === project, 'gitlab job_project_id');
  return claims;
}
