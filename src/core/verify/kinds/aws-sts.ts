// AWS STS GetWebIdentityToken: one issuer per account, `sub` is the IAM role or user. What the caller itself may put
// into the token (request tags, an origin identity as subject) is no evidence of who it is.

import { must } from '../flaw.ts';
import { isObject, type JsonObject } from '../json.ts';
import { error, findingsOf, warning } from './finding.ts';
import { type Kind, plainKind } from './kind.ts';

const NAMESPACE = 'https://sts.amazonaws.com/';
const PRINCIPAL = /^arn:aws(?:-[a-z]+)*:iam::([0-9]{12}):(?:role|user)\/[\w+=,.@/-]+$/;
const ISSUER_HOST = /^[a-z0-9-]+\.tokens\.sts\.global\.api\.aws$/;

export const awsSts: Kind = {
  ...plainKind,
  algorithms: ['RS256', 'ES384'],
  maxLifetimeSeconds: 3600,
  requires: ['iat', 'jti'],
  repeatsTokens: false,
  checkClaims,
  checkIssuer: ({ issuer }) =>
    findingsOf([
      [
        ISSUER_HOST.test(URL.canParse(issuer) ? new URL(issuer).hostname : ''),
        warning(
          'This is not the form of an AWS account issuer.',
          'Copy it from aws iam get-outbound-web-identity-federation-info: https://<id>.tokens.sts.global.api.aws.',
        ),
      ],
    ]),
  checkBinding: ({ subject, claims = {} }) =>
    findingsOf([
      [
        PRINCIPAL.test(subject),
        error(
          'The subject is not an IAM role or user.',
          'Write the ARN of the role, arn:aws:iam::<account>:role/<name>.',
        ),
      ],
      [
        Object.keys(claims).every((path) => !path.startsWith(`${NAMESPACE}.request_tags`)),
        error(
          'request_tags are chosen by the caller and prove nothing.',
          'Pin principal_tags or org_id instead.',
        ),
      ],
    ]),
};

/** Refuses tokens whose subject is not the principal itself; hides request tags from bindings. */
function checkClaims(claims: JsonObject): JsonObject {
  const block = claims[NAMESPACE];
  must(isObject(block), 'aws claims');
  must(isOwnIdentity(claims['subject_mode']) && isOwnIdentity(block['subject_mode']), 'aws subject_mode');
  const subject = String(claims['sub']);
  const account = PRINCIPAL.exec(subject)?.[1];
  must(account !== undefined, 'aws principal');
  must(block['principal_id'] === undefined || block['principal_id'] === subject, 'aws principal_id');
  must(block['aws_account'] === undefined || block['aws_account'] === account, 'aws account');
  const { request_tags: _chosenByCaller, ...evidence } = block;
  return flat({ ...claims, [NAMESPACE]: flat({ ...evidence, ...organisationPath(block['ou_path']) }) });
}

/** The mode may stand at either level; absent means the principal's own identity. */
function isOwnIdentity(mode: unknown): boolean {
  return mode === undefined || mode === 'AWSIdentity';
}

/** Documented as a string, seen as a list of one: bindings compare the one path. */
function organisationPath(path: unknown): JsonObject {
  if (path === undefined) return {};
  const paths: readonly unknown[] = Array.isArray(path) ? path : [path];
  must(
    paths.every((each) => typeof each === 'string'),
    'aws ou_path',
  );
  return { ou_path: paths.length === 1 ? paths[0] : paths };
}

function flat(members: JsonObject): JsonObject {
  return Object.freeze(Object.assign(Object.create(null), members) as JsonObject);
}
