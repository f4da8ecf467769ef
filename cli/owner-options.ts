// The options that name an owner: a person is an issuer and a subject, never one of them alone.

import { CliError, EXIT } from './failure.ts';

/** As commands are given it. */
export interface OwnerOptions {
  readonly ownerIssuer?: string;
  readonly ownerSubject?: string;
}

/** @throws CliError for half an owner */
export function ownerOf({ ownerIssuer: issuer, ownerSubject: subject }: OwnerOptions) {
  if (issuer === undefined && subject === undefined) return undefined;
  if (issuer !== undefined && subject !== undefined) return { issuer, subject };
  throw new CliError('An owner is an issuer and a subject.', {
    fix: 'give --owner-issuer and --owner-subject together',
    exitCode: EXIT.usage,
  });
}
