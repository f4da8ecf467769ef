// The broker's HTTP API: every method on every route, so that a wrong one gets an OAuth error and not a gateway's;
// throttled, and with an access log that has no query, header or body in it.

import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

interface BrokerApiProps {
  readonly prefix: string;
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly logRetention: RetentionDays;
}

const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  sourceIp: '$context.identity.sourceIp',
  error: '$context.error.messageString',
});

/** The API without its routes: functions need its address before they exist. */
export class BrokerApi extends Construct {
  readonly api: apigateway.HttpApi;
  /** Base URL without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: BrokerApiProps) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'Api', {
      apiName: `${props.prefix}-broker`,
      description: 'Remit: token, revocation, introspection and metadata endpoints',
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: props.burst },
    });
    const resource = stage.node.defaultChild as apigateway.CfnStage;
    resource.accessLogSettings = { destinationArn: log.logGroupArn, format: ACCESS_LOG };
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The endpoints verify workload assertions of many issuers themselves; metadata is public (RFC 8414)',
    });
    const { region, urlSuffix } = Stack.of(this);
    this.url = `https://${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** Sends these paths to a function. */
  route(handler: LambdaFunction, paths: readonly string[]): void {
    const integration = new HttpLambdaIntegration(
      `${handler.node.path.split('/').at(-2)}Integration`,
      handler,
    );
    for (const path of paths) {
      this.api.addRoutes({ path, methods: [apigateway.HttpMethod.ANY], integration });
    }
  }
}
