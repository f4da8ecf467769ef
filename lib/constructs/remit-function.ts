// One function a duty: Node 24 on arm64, a role of its own that may write its own log and nothing else until a
// grant method says so, and an environment typed from the schema that its code reads.

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Makes the code of an entry; local mode has no use for any. */
export type CodeOf = (entry: string) => lambda.Code;

/** What all functions of a deployment share. */
export interface FunctionDefaults {
  readonly prefix: string;
  readonly codeOf: CodeOf;
  readonly logRetention: RetentionDays;
}

interface RemitFunctionProps<Environment> {
  /** File in lambda/, and last part of every name. */
  readonly entry: string;
  /** What people see in the console. */
  readonly description: string;
  readonly environment: Environment;
  readonly defaults: FunctionDefaults;
  /** @default 15 s, shorter than a reservation lives */
  readonly timeout?: Duration;
  /** Megabytes, and with them CPU. @default 512 */
  readonly memorySize?: number;
}

/** A function with its role and its log. */
export class RemitFunction<Environment extends Record<string, string>>
  extends Construct
  implements iam.IGrantable
{
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly grantPrincipal: iam.IPrincipal;

  constructor(scope: Construct, id: string, props: RemitFunctionProps<Environment>) {
    super(scope, id);
    const { entry, defaults } = props;
    const name = `${defaults.prefix}-${entry}`;
    const logGroup = new LogGroup(this, 'Log', {
      retention: defaults.logRetention,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new iam.Role(this, 'Role', {
      roleName: functionRoleName(defaults.prefix, entry),
      path: '/remit/',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of ${name}: ${props.description}`,
    });
    this.grantPrincipal = this.role;
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.function = new lambda.Function(this, 'Function', {
      functionName: name,
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: defaults.codeOf(entry),
      role: this.role,
      logGroup,
      timeout: props.timeout ?? Duration.seconds(15),
      memorySize: props.memorySize ?? 512,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        AWS_STS_REGIONAL_ENDPOINTS: 'regional',
        ...props.environment,
      },
    });
  }
}

/** A name that other accounts can trust before they have seen the role. */
export function functionRoleName(prefix: string, entry: string): string {
  return `${prefix}-${entry}`;
}
