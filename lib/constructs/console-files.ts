// Brings the console's files into their bucket: a function that ships the build, called by each deployment that has
// another one. Its own few lines instead of CDK's BucketDeployment: docs/decisions says why.

import { type CfnElement, CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { ConsoleFilesEnv } from '../../src/config/env.ts';
import { CONSOLE_FOLDER } from './bundle.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import { acknowledgeWildcards } from './wildcards.ts';

interface ConsoleFilesProps {
  readonly defaults: FunctionDefaults;
  readonly bucket: IBucket;
  /** Whether the bucket stays when the stack goes. */
  readonly retain: boolean;
}

/** Adds the function and the custom resource. */
export function addConsoleFiles(
  stack: Stack,
  { defaults, bucket, retain }: ConsoleFilesProps,
): RemitFunction<ConsoleFilesEnv> {
  const files = new RemitFunction<ConsoleFilesEnv>(stack, 'ConsoleFiles', {
    entry: 'console-files',
    description: 'Brings the files of the console into their bucket at deploy',
    environment: { CONSOLE_BUCKET: bucket.bucketName, CONSOLE_FILES: `/var/task/${CONSOLE_FOLDER}` },
    timeout: Duration.minutes(5),
    defaults,
  });
  const objects = bucket.arnForObjects('*');
  files.role.addToPolicy(
    new PolicyStatement({ actions: ['s3:PutObject', 's3:DeleteObject'], resources: [objects] }),
  );
  files.role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  acknowledgeWildcards(
    files,
    [`<${logicalIdOf(stack, bucket)}.Arn>/*`],
    'The objects of the one bucket that holds the console',
  );
  const resource = new CustomResource(stack, 'ConsoleBuild', {
    serviceToken: files.function.functionArn,
    resourceType: 'Custom::RemitConsole',
    properties: { build: buildOf(files.function), emptyOnDelete: String(!retain) },
  });
  // no call before its rights are there, and none are taken away before its last
  resource.node.addDependency(files.role);
  return files;
}

function logicalIdOf(stack: Stack, bucket: IBucket): string {
  return stack.getLogicalId(bucket.node.defaultChild as CfnElement);
}

/** Changes with the files. */
function buildOf(handler: LambdaFunction): string {
  const code = handler.node.tryFindChild('Code');
  return code instanceof Asset ? code.assetHash : 'none';
}
