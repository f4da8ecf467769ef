// The console's address: CloudFront before a private bucket with its files, and before the broker's API for people,
// so that both are one origin. Nothing of the API is cached, and the browser is told to trust nothing else.

import { Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CONSOLE_HEADERS, consolePolicy } from '../../src/config/console-headers.ts';

interface ConsoleProps {
  readonly prefix: string;
  /** Whether the bucket stays when the stack goes. */
  readonly retain: boolean;
  /** Base URL of the broker's HTTP API. */
  readonly brokerUrl: string;
  /** Origins of the identity provider that the browser asks. */
  readonly connectOrigins: readonly string[];
  /** Host name and its certificate. @default CloudFront's own */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
}

/** `/` and `/console` lead to the page; there are no other rewrites, since the page routes by fragment. */
const FIND_PAGE = `
function handler(event) {
  var request = event.request;
  if (request.uri === '/' || request.uri === '/console') {
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/console/' } } };
  }
  if (request.uri === '/console/') request.uri = '/console/index.html';
  return request;
}`;

/** Where people go. */
export class Console extends Construct {
  /** Origin without a path: also WebAuthn's. */
  readonly origin: string;
  readonly bucket: IBucket;
  /** Where the name of a domain of its own has to lead. */
  readonly dnsTarget: string;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // its files are made again by every deployment, and emptied with a trial (console-files.ts)
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    }) as IBucket;
    const { domain } = props;
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `${props.prefix} console`,
      ...behaviors(this, props, this.bucket),
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      ...(domain !== undefined && {
        domainNames: [domain.name],
        // of CloudFront's own name nobody chooses it
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
    });
    this.dnsTarget = distribution.distributionDomainName;
    this.origin = `https://${domain?.name ?? distribution.distributionDomainName}`;
    this.#acknowledge(domain !== undefined);
  }

  #acknowledge(hasDomain: boolean): void {
    const reasons: Record<string, string> = {
      'AwsSolutions-S1': 'The bucket holds public files of the build and is read by CloudFront alone',
      'AwsSolutions-CFR1': 'Where approvers are is not known here; sign-in and passkeys decide who gets in',
      'AwsSolutions-CFR2': 'Static files and an API that is throttled; a web ACL would live in us-east-1',
      'AwsSolutions-CFR3':
        'Its log would hold authorization codes of sign-ins; calls of the API are in the access log of the API',
      ...(hasDomain
        ? {}
        : { 'AwsSolutions-CFR4': "CloudFront's own name has no other minimum; set remit.consoleDomain" }),
    };
    for (const [rule, reason] of Object.entries(reasons)) {
      Validations.of(this).acknowledge({ id: rule, reason });
    }
  }
}

/** Files by default, people's API below /api. */
function behaviors(
  scope: Construct,
  { brokerUrl, connectOrigins, prefix }: ConsoleProps,
  bucket: IBucket,
): Pick<cloudfront.DistributionProps, 'defaultBehavior' | 'additionalBehaviors'> {
  const responseHeadersPolicy = headers(scope, prefix, connectOrigins);
  const findPage = new cloudfront.Function(scope, 'FindPage', {
    code: cloudfront.FunctionCode.fromInline(FIND_PAGE),
    runtime: cloudfront.FunctionRuntime.JS_2_0,
    comment: 'Leads to the page of the console',
  });
  const host = Fn.select(2, Fn.split('/', brokerUrl));
  return {
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy,
      functionAssociations: [{ function: findPage, eventType: cloudfront.FunctionEventType.VIEWER_REQUEST }],
    },
    additionalBehaviors: {
      '/api/*': {
        origin: new HttpOrigin(host, {
          protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
        }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        // the sign-in is a header; the host must be the API's own
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy,
      },
    },
  };
}

function headers(
  scope: Construct,
  prefix: string,
  origins: readonly string[],
): cloudfront.ResponseHeadersPolicy {
  const override = true;
  return new cloudfront.ResponseHeadersPolicy(scope, 'Headers', {
    responseHeadersPolicyName: `${prefix}-console-${Stack.of(scope).region}`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: consolePolicy(origins), override },
      contentTypeOptions: { override },
      frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(730),
        includeSubdomains: true,
        override,
      },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(CONSOLE_HEADERS).map(([header, value]) => ({ header, value, override })),
    },
  });
}
