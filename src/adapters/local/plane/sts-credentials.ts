// The Credentials element of STS answers.

import type { LeaseCredentials } from '../../../core/model.ts';
import { element } from './wire.ts';

/** XML of issued credentials. */
export function credentialsElement(credentials: LeaseCredentials, expiresAt: Date): string {
  return element('Credentials', [
    element('AccessKeyId', credentials.accessKeyId),
    element('SecretAccessKey', credentials.secretAccessKey),
    element('SessionToken', credentials.sessionToken),
    element('Expiration', `${expiresAt.toISOString().slice(0, 19)}Z`),
  ]);
}
