// AWS: sts:GetWebIdentityToken signs a token for the role that this workload runs with (Lambda, ECS, EKS, EC2).
// Regional endpoints only; every call mints a fresh token.

import { type AssertionSource, type SourceKind, type Surroundings, unavailable } from './source.ts';

/** Long enough for a retry, far below what issuers.yaml allows at most. */
const TOKEN_SECONDS = 120;

const VARIABLES = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
];

/** Any sign of AWS credentials, or a machine of EC2. The last to be tried. */
export const awsKind: SourceKind = {
  id: 'aws',
  applies: ({ env, firstLine }) =>
    VARIABLES.some((name) => Boolean(env[name])) ||
    firstLine('/sys/class/dmi/id/sys_vendor') === 'Amazon EC2',
  open: (around) => awsSource(around),
};

function awsSource(around: Surroundings): AssertionSource {
  let asking: Promise<(audience: string) => Promise<string | undefined>> | undefined;
  return {
    name: 'AWS STS GetWebIdentityToken',
    repeats: false,
    choosesAudience: true,
    fetch: async (audience) => {
      asking ??= openSts(around);
      const token = await (await asking)(audience).catch((error: unknown) => {
        throw stsFailure(error);
      });
      if (token === undefined) throw unavailable('AWS STS answered without a token.');
      return token;
    },
  };
}

/** The SDK takes half a second to load, so it is loaded only where it is used. */
async function openSts({ env }: Surroundings): Promise<(audience: string) => Promise<string | undefined>> {
  const { STSClient, GetWebIdentityTokenCommand } = await import('@aws-sdk/client-sts');
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  const sts = new STSClient({ ...(region && { region }), maxAttempts: 3 });
  return async (audience) => {
    const answer = await sts.send(
      new GetWebIdentityTokenCommand({
        Audience: [audience],
        SigningAlgorithm: 'ES384',
        DurationSeconds: TOKEN_SECONDS,
      }),
    );
    return answer.WebIdentityToken;
  };
}

const STS_FIXES: Readonly<Record<string, string>> = {
  OutboundWebIdentityFederationDisabledException:
    'switch it on once for the account: aws iam enable-outbound-web-identity-federation',
  AccessDenied: "allow sts:GetWebIdentityToken for this audience in the workload's role",
  AccessDeniedException: "allow sts:GetWebIdentityToken for this audience in the workload's role",
  CredentialsProviderError:
    'run where the workload has a role, or name another source with REMIT_ASSERTION_SOURCE',
};

function stsFailure(error: unknown): Error {
  const name = error instanceof Error ? error.name : 'unknown';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const fix = STS_FIXES[name];
  return unavailable(`AWS STS gave no web identity token (${name}).`, {
    ...(fix !== undefined && { fix }),
    retryable: fix === undefined && (status === undefined || status >= 500 || status === 429),
    cause: error,
  });
}
