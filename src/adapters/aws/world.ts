// The AWS clients of a function. Production takes everything from the function's environment; local mode, tests
// and the benchmark hand in another world, with the same adapters.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ApprovalWorkflow, Notifier } from '../../core/approve/ports.ts';
import type { TrailReader } from '../../core/audit/ports.ts';
import type { KillQueue } from '../../core/kill/ports.ts';
import type { Pause } from '../../core/lifecycle/ports.ts';
import type { Catalog, LeaseCredentials } from '../../core/model.ts';
import type { Probe, ProofKey, ProofMaker } from '../../core/offboard/ports.ts';
import type { Patience } from '../../core/people/act-ports.ts';
import type { Clock, Random } from '../../core/ports.ts';
import type { ReviewNotifier } from '../../core/review/remind.ts';
import type { CatalogSource } from '../files/review-diff.ts';
import type { LogSink } from './telemetry.ts';

type ClientConfig = ConstructorParameters<typeof DynamoDBClient>[0] &
  ConstructorParameters<typeof STSClient>[0];

/** What differs between AWS and elsewhere; every member is optional, and production sets none. */
export interface World {
  /** Base URL of an AWS endpoint other than AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly clock?: Clock;
  readonly random?: Random;
  /** The compiled catalog, instead of the file. */
  readonly catalog?: Catalog;
  /** The files that it was compiled from. */
  readonly catalogSource?: CatalogSource;
  readonly fetch?: typeof fetch;
  /** Lets issuers on http://localhost attest; local mode only. */
  readonly allowLoopback?: boolean;
  /** Times and wakes, instead of Step Functions. */
  readonly workflow?: ApprovalWorkflow;
  /** Tells people, instead of SNS and EventBridge. */
  readonly notifier?: Notifier;
  /** Tells people of reviews, instead of SNS and EventBridge. */
  readonly reviewNotifier?: ReviewNotifier;
  /** Brings roles to the writer of kill lists, instead of SQS. */
  readonly killQueue?: KillQueue;
  /** The archive of the audit trail, instead of its bucket. */
  readonly trail?: TrailReader;
  /** Makes proofs of offboardings, instead of the function that does. */
  readonly proofs?: ProofMaker;
  /** Signs proofs, instead of KMS. */
  readonly proofKey?: ProofKey;
  /** Tries the last credentials of a grant; on AWS nobody can. */
  readonly probe?: Probe;
  /** Lets time pass, instead of waiting. */
  readonly pause?: Pause;
  /** Waits for acts of people, instead of as long as the HTTP API does. */
  readonly patience?: Patience;
  /** Where log lines go, instead of standard output. */
  readonly log?: LogSink;
  /** Transport below the SDK clients. */
  readonly requestHandler?: NonNullable<ClientConfig>['requestHandler'];
}

/** One call and two retries with backoff; what still fails is the caller's to try again. */
const MAX_ATTEMPTS = 3;
/** Milliseconds to connect, and to answer one attempt. */
const CONNECT_MS = 1000;
const ANSWER_MS = 2000;
/** Milliseconds that a function that is called may take. */
const CALL_MS = 60_000;

/** DynamoDB with plain values; `undefined` members are left out. */
export function documentClient(world: World): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(world)), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/**
 * STS at the regional endpoint: GetScopedCredentials is missing at the global one. The second makes clients for other
 * credentials over the same connections; that takes a tenth of a millisecond.
 */
export function stsClients(world: World) {
  const client = new STSClient(clientConfig(world));
  const { requestHandler } = client.config;
  return {
    client,
    clientOf: (credentials: LeaseCredentials) =>
      new STSClient({ ...clientConfig(world), requestHandler, credentials: { ...credentials } }),
  };
}

/** Step Functions. */
export function workflowClient(world: World): SFNClient {
  return new SFNClient(clientConfig(world));
}

/** IAM is global, and signs for us-east-1 wherever it is. */
export function iamClient(world: World): IAMClient {
  const config = clientConfig(world);
  return new IAMClient(world.endpoint === undefined ? config : { ...config, region: 'us-east-1' });
}

/** S3. */
export function s3Client(world: World): S3Client {
  return new S3Client({ ...clientConfig(world), forcePathStyle: world.endpoint !== undefined });
}

/** Lambda, to call a function and wait for its answer. */
export function lambdaClient(world: World): LambdaClient {
  const { maxAttempts: _, ...config } = clientConfig(world);
  // the one called looks at many rows
  return new LambdaClient({
    ...config,
    requestHandler: { requestTimeout: CALL_MS, throwOnRequestTimeout: true },
  });
}

/** KMS. */
export function kmsClient(world: World): KMSClient {
  return new KMSClient(clientConfig(world));
}

/** SQS. */
export function queueClient(world: World): SQSClient {
  return new SQSClient(clientConfig(world));
}

/** KMS. */
export function keyClient(world: World): KMSClient {
  return new KMSClient(clientConfig(world));
}

/** EventBridge. */
export function busClient(world: World): EventBridgeClient {
  return new EventBridgeClient(clientConfig(world));
}

/** Streams of tables, to read again what was set aside. */
export function streamsClient(world: World): DynamoDBStreamsClient {
  return new DynamoDBStreamsClient(clientConfig(world));
}

/** What all clients have in common: tries, timeouts, and the endpoint of another world. */
export function clientConfig(world: World) {
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: world.requestHandler ?? {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
    },
    ...(world.endpoint !== undefined && { endpoint: world.endpoint }),
    ...(world.region !== undefined && { region: world.region }),
    ...(world.credentials !== undefined && { credentials: world.credentials }),
  };
}

/** The wall clock of this process, unless the world has its own. */
export function clockOf(world: World): Clock {
  return world.clock ?? (() => new Date());
}

/** Waits, unless the world lets time pass. */
export function pauseOf(world: World): Pause {
  return world.pause ?? ((seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
}
