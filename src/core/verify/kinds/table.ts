// The kinds of issuers that Remit knows, by the name that the catalog uses.

import type { Issuer, IssuerKind } from '../../model.ts';
import { awsSts } from './aws-sts.ts';
import { entra } from './entra.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { google } from './google.ts';
import type { Kind } from './kind.ts';
import { kubernetes } from './kubernetes.ts';
import { oidc } from './oidc.ts';
import { spiffe } from './spiffe.ts';

const KINDS: Readonly<Record<IssuerKind, Kind>> = {
  'aws-sts': awsSts,
  kubernetes,
  github,
  gitlab,
  google,
  entra,
  spiffe,
  oidc,
};

/** The rules of this issuer's kind. */
export function kindOf(issuer: Pick<Issuer, 'kind'>): Kind {
  return KINDS[issuer.kind];
}
