// A deployment's trail in its bucket, and the public half of the key that signs it, with the operator's own AWS
// credentials.

import type { TrailReader } from '../../src/core/audit/ports.ts';
import { CliError, EXIT } from '../failure.ts';

export interface BucketOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** The archive in S3, read with the operator's own credentials. */
export async function bucketReader(
  bucket: string,
  { region, endpoint }: BucketOptions,
): Promise<TrailReader> {
  const [{ createTrailBucketReader }, { s3Client }] = await Promise.all([
    import('../../src/adapters/aws/trail-bucket.ts'),
    import('../../src/adapters/aws/world.ts'),
  ]);
  const reader = createTrailBucketReader({ client: s3Client(worldOf({ region, endpoint })), bucket });
  const told = (cause: unknown) =>
    new CliError(`The bucket ${bucket} cannot be read (${nameOf(cause)}).`, {
      fix: 'check --bucket and --region, and that your AWS credentials may s3:ListBucket and s3:GetObject',
      exitCode: EXIT.unavailable,
      cause,
    });
  return {
    async *list(prefix, after) {
      try {
        yield* reader.list(prefix, after);
      } catch (cause) {
        throw told(cause);
      }
    },
    async get(key) {
      try {
        return await reader.get(key);
      } catch (cause) {
        throw told(cause);
      }
    },
    async rewritten(prefix) {
      try {
        return await reader.rewritten?.(prefix);
      } catch (cause) {
        throw told(cause);
      }
    },
  };
}

/** The public half of the key that is named, from KMS. @throws CliError */
export async function signingKey(
  key: string | undefined,
  { region, endpoint }: BucketOptions,
): Promise<string | undefined> {
  if (key === undefined) return undefined;
  const [{ readKmsPublicKey }, { keyClient }] = await Promise.all([
    import('../../src/adapters/aws/kms-signer.ts'),
    import('../../src/adapters/aws/world.ts'),
  ]);
  try {
    return await readKmsPublicKey({ client: keyClient(worldOf({ region, endpoint })), keyId: key });
  } catch (cause) {
    throw new CliError(`The key ${key} cannot be read (${nameOf(cause)}).`, {
      fix: 'check --key and --region, and that your AWS credentials may kms:GetPublicKey; or give --public-key FILE',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}

function worldOf({ region, endpoint }: BucketOptions) {
  return { ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
