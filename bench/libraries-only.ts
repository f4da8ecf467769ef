// What the token function imports from others, and nothing of ours: the measure of its import time.

import '@aws-lambda-powertools/logger';
import '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import canonicalize from 'canonicalize';
import { compactVerify } from 'jose';
import { ulid } from 'ulid';
import { z } from 'zod';

/** Keeps them in the bundle. */
export const used = [
  DynamoDBClient,
  STSClient,
  DynamoDBDocumentClient,
  policyToJson,
  canonicalize,
  compactVerify,
  ulid,
  z,
];
