// Kubernetes projected service account tokens (EKS and others). Legacy tokens have no audience and no expiry and fall
// at the registered claims; API server tokens live for a year and fall at the lifetime cap.

import { must } from '../flaw.ts';
import { isObject, type JsonObject } from '../json.ts';
import { error, findingsOf, warning } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const SUBJECT = /^system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})$/;
const UID_CLAIM = 'kubernetes.io.serviceaccount.uid';

export const kubernetes: Kind = {
  ...plainKind,
  // kube-apiserver writes no typ
  types: [undefined, 'JWT'],
  checkClaims,
  checkIssuer: ({ issuer }) =>
    findingsOf([
      [
        !/^https:\/\/kubernetes\.default\.svc/.test(issuer),
        error(
          'Every cluster with default settings has this issuer.',
          'Give the cluster an issuer of its own (--service-account-issuer), with public discovery.',
        ),
      ],
    ]),
  checkBinding: ({ subject, claims = {} }) =>
    findingsOf([
      [
        SUBJECT.test(subject),
        error('The subject is not a service account.', 'Write system:serviceaccount:<namespace>:<name>.'),
      ],
      [
        !subject.endsWith(':default'),
        warning(
          'Every pod of the namespace without an account of its own is this agent.',
          'Give the agent an account.',
        ),
      ],
      [
        claims[UID_CLAIM] !== undefined,
        warning('Whoever recreates the service account becomes this agent.', `Pin ${UID_CLAIM} as well.`),
      ],
    ]),
};

/** The block about the pod must tell of the same service account as the subject. */
function checkClaims(claims: JsonObject): JsonObject {
  const [, namespace, name] = SUBJECT.exec(String(claims['sub'])) ?? [];
  must(namespace !== undefined, 'kubernetes subject');
  const block = claims['kubernetes.io'];
  must(isObject(block) && block['namespace'] === namespace, 'kubernetes namespace');
  const account = block['serviceaccount'];
  must(isObject(account) && account['name'] === name, 'kubernetes service account');
  return claims;
}
