// Tokens that a platform projects into a file and keeps fresh: a Kubernetes service account token for our
// audience, and a SPIFFE JWT-SVID written by spiffe-helper.

import { fileSource } from './given.ts';
import type { SourceKind, Surroundings } from './source.ts';

/** A projected volume with our audience; never the pod's default token, which is for the API server. */
export const kubernetesKind = projected({
  id: 'kubernetes',
  platform: 'Kubernetes token',
  variable: 'REMIT_KUBERNETES_TOKEN_FILE',
  usual: '/var/run/secrets/remit/token',
});

/** `jwt_svids` of spiffe-helper. */
export const spiffeKind = projected({
  id: 'spiffe',
  platform: 'SPIFFE JWT-SVID',
  variable: 'REMIT_SPIFFE_FILE',
  usual: '/var/run/secrets/spiffe/jwt_svid.token',
});

function projected(kind: {
  readonly id: string;
  readonly platform: string;
  readonly variable: string;
  readonly usual: string;
}): SourceKind {
  const path = (around: Surroundings) => around.env[kind.variable] || kind.usual;
  return {
    id: kind.id,
    applies: (around) => Boolean(around.env[kind.variable]) || around.exists(kind.usual),
    open: (around) => fileSource(path(around), kind.platform),
  };
}
