// Who people are: the team's own identity provider, or a Cognito user pool for teams that have none. Either way the
// functions get one `PeopleIssuer`, and the console signs in by authorization code with PKCE.

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { ApprovalRule, Catalog } from '../../src/core/model.ts';
import type { GroupRole, PeopleIssuer } from '../../src/core/people/person.ts';
import type { PeopleConfig } from '../config.ts';

/** Where ID tokens come from, and which addresses the browser asks for them. */
export interface PeopleSource {
  readonly issuer: PeopleIssuer;
  /** For the console's `connect-src`. */
  readonly origins: readonly string[];
}

/** The provider of the configuration. @throws Error when the catalog trusts it for workloads with that audience */
export function configuredPeople(people: PeopleConfig, catalog: Catalog): PeopleSource {
  const { issuer, clientId, origins, groupsClaim, algorithms, jwksUri, roles } = people;
  const bare = (url: string) => url.replace(/\/+$/, '');
  const workloads = catalog.issuers.find(
    (each) => bare(each.issuer) === bare(issuer) && each.audience === clientId,
  );
  if (workloads !== undefined) {
    throw new Error(
      `cdk.json: remit.people has the issuer and audience of ${workloads.name} in issuers.yaml, so that a workload's ` +
        'token would sign a person in\n    fix: give the console a client id of its own',
    );
  }
  return {
    issuer: {
      issuer,
      audience: clientId,
      groupsClaim,
      algorithms,
      ...(jwksUri !== undefined && { jwksUri }),
      roles,
    },
    origins: [...new Set([issuer, ...origins].map((url) => new URL(url).origin))],
  };
}

interface PeoplePoolProps {
  readonly prefix: string;
  /** Whether the pool stays, protected, when the stack goes. */
  readonly retain: boolean;
  /** Groups that its tasks name. */
  readonly catalog: Catalog;
}

const ROLE_GROUPS: Readonly<Record<GroupRole, string>> = {
  viewer: 'remit-viewers',
  operator: 'remit-operators',
  administrator: 'remit-administrators',
};

/** A user pool: no self sign-up, a second factor for everybody, threat protection. */
export class PeoplePool extends Construct {
  /** For the console's `connect-src`. */
  readonly origins: readonly string[];
  readonly #pool: cognito.UserPool;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, { prefix, retain, catalog }: PeoplePoolProps) {
    super(scope, id);
    this.#prefix = prefix;
    this.#pool = new cognito.UserPool(this, 'Pool', {
      userPoolName: `${prefix}-people`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      featurePlan: cognito.FeaturePlan.PLUS,
      standardThreatProtectionMode: cognito.StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#addGroups(catalog);
    const { region, account } = Stack.of(this);
    const domain = this.#pool.addDomain('Domain', {
      // unique in the region
      cognitoDomain: { domainPrefix: `${prefix}-people-${account}` },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.origins = [
      `https://cognito-idp.${region}.amazonaws.com`,
      `https://${domain.domainName}.auth.${region}.amazoncognito.com`,
    ];
  }

  get #issuer(): string {
    return `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.#pool.userPoolId}`;
  }

  /** The console's client. @param origin of the console */
  addConsole(origin: string): PeopleIssuer {
    const client = this.#pool.addClient('Console', {
      userPoolClientName: `${this.#prefix}-console`,
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.PROFILE],
        callbackUrls: [`${origin}/console/`],
        logoutUrls: [`${origin}/console/`],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(8),
    });
    // managed login shows nothing without a style
    new cognito.CfnManagedLoginBranding(this, 'Style', {
      userPoolId: this.#pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return {
      issuer: this.#issuer,
      audience: client.userPoolClientId,
      groupsClaim: 'cognito:groups',
      algorithms: ['RS256'],
      roles: {
        viewer: [ROLE_GROUPS.viewer],
        operator: [ROLE_GROUPS.operator],
        administrator: [ROLE_GROUPS.administrator],
      },
    };
  }

  /** Groups of roles and of tasks, empty: who is in them is decided in the pool. */
  #addGroups(catalog: Catalog): void {
    const named = catalog.tasks.flatMap(({ approval }) => groupsOf(approval));
    for (const groupName of new Set([...Object.values(ROLE_GROUPS), ...named])) {
      new cognito.CfnUserPoolGroup(this, `Group-${groupName}`, {
        userPoolId: this.#pool.userPoolId,
        groupName,
      });
    }
  }
}

function groupsOf({ approvers, breakGlass, escalateTo }: ApprovalRule): string[] {
  return [...approvers, ...escalateTo, ...(breakGlass === undefined ? [] : [breakGlass])];
}
