// Brings the catalog's agents into the registry at each deployment that changes the catalog, or who people are: owners
// may be named without the issuer.

import { CustomResource } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

interface RegistrySyncProps {
  readonly handler: LambdaFunction;
  /** A new digest is a new sync. */
  readonly catalogDigest: string;
  /** JSON of a `PeopleIssuer`; another one is a new sync. */
  readonly peopleIssuer: string;
}

/** The custom resource over the sync function, which answers CloudFormation itself. */
export class RegistrySync extends Construct {
  constructor(scope: Construct, id: string, { handler, catalogDigest, peopleIssuer }: RegistrySyncProps) {
    super(scope, id);
    new CustomResource(this, 'Agents', {
      serviceToken: handler.functionArn,
      resourceType: 'Custom::RemitAgents',
      properties: { catalogDigest, peopleIssuer },
    });
  }
}
