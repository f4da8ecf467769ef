// The failures of the local AWS plane, with the code and status that each real service uses for them, so that
// stock SDKs raise the same error as against AWS (ExpiredToken of S3 is not ExpiredTokenException of DynamoDB).

/** Services that the plane speaks, by their signing name. */
export type ServiceName = 's3' | 'dynamodb' | 'sts' | 'iam';

/** An answer of AWS that is an error: a code the SDKs know, a status, and a message without secrets. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Why a call was not let in, before any policy was read. */
export type AuthenticationProblem =
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  | 'wrong-token'
  | 'bad-signature'
  | 'skewed'
  | 'wrong-region'
  | 'expired';

type Answer = readonly [code: string, status: number];

const QUERY_PROTOCOL: Readonly<Record<AuthenticationProblem, Answer>> = {
  missing: ['MissingAuthenticationToken', 403],
  malformed: ['IncompleteSignature', 400],
  'unknown-key': ['InvalidClientTokenId', 403],
  'wrong-token': ['InvalidClientTokenId', 403],
  'bad-signature': ['SignatureDoesNotMatch', 403],
  skewed: ['SignatureDoesNotMatch', 403],
  'wrong-region': ['SignatureDoesNotMatch', 403],
  expired: ['ExpiredToken', 403],
};

const ANSWERS: Readonly<Record<ServiceName, Readonly<Record<AuthenticationProblem, Answer>>>> = {
  sts: QUERY_PROTOCOL,
  iam: QUERY_PROTOCOL,
  s3: {
    missing: ['AccessDenied', 403],
    malformed: ['AuthorizationHeaderMalformed', 400],
    'unknown-key': ['InvalidAccessKeyId', 403],
    'wrong-token': ['InvalidToken', 400],
    'bad-signature': ['SignatureDoesNotMatch', 403],
    skewed: ['RequestTimeTooSkewed', 403],
    'wrong-region': ['AuthorizationHeaderMalformed', 400],
    expired: ['ExpiredToken', 400],
  },
  dynamodb: {
    missing: ['MissingAuthenticationTokenException', 400],
    malformed: ['IncompleteSignatureException', 400],
    'unknown-key': ['UnrecognizedClientException', 400],
    'wrong-token': ['UnrecognizedClientException', 400],
    'bad-signature': ['InvalidSignatureException', 400],
    skewed: ['InvalidSignatureException', 400],
    'wrong-region': ['InvalidSignatureException', 400],
    expired: ['ExpiredTokenException', 400],
  },
};

const SENTENCES: Readonly<Record<AuthenticationProblem, string>> = {
  missing: 'The request is not signed.',
  malformed: 'The signature of the request cannot be read.',
  'unknown-key': 'The security token included in the request is invalid.',
  'wrong-token': 'The security token included in the request is invalid.',
  'bad-signature': 'The request signature we calculated does not match the signature you provided.',
  skewed: 'The time of the signature differs too much from the time of the server.',
  'wrong-region': 'Credential should be scoped to a valid region.',
  expired: 'The security token included in the request is expired',
};

/** The answer that `service` gives to a call that is not let in. `detail` is added to the fixed sentence. */
export function authenticationFailure(
  service: ServiceName,
  problem: AuthenticationProblem,
  detail?: string,
): AwsFailure {
  const [code, status] = ANSWERS[service][problem];
  return new AwsFailure(
    code,
    status,
    detail === undefined ? SENTENCES[problem] : `${SENTENCES[problem]} ${detail}`,
  );
}

/** The answer to a call that its policies do not allow. */
export function deniedFailure(service: ServiceName, message: string): AwsFailure {
  return service === 'dynamodb'
    ? new AwsFailure('AccessDeniedException', 400, message)
    : new AwsFailure('AccessDenied', 403, message);
}
