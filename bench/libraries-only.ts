// What the token function loads of others at its start, and nothing of ours: the measure of its import time. What it
// loads only once needed is left out, and of zod there is no more than the kinds that schemas are made of.

import '@aws-lambda-powertools/logger';
import '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import canonicalize from 'canonicalize';
import { compactVerify } from 'jose';
import { ulid } from 'ulid';
import * as z from 'zod';

/** Keeps them in the bundle. */
export const used = [
  DynamoDBClient,
  SFNClient,
  STSClient,
  DynamoDBDocumentClient,
  policyToJson,
  canonicalize,
  compactVerify,
  ulid,
  z.strictObject,
  z.looseObject,
  z.string,
  z.number,
  z.array,
  z.record,
  z.union,
  z.enum,
];
