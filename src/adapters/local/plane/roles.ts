// The IAM roles of the local AWS plane: trust policy, identity policies, permissions boundary. They come from
// the synthesized template; inline policies may be written later through the IAM API (kill lists).

import { randomBytes } from 'node:crypto';
import type { PolicyDocument } from '../../../core/model.ts';

/** A role as it is declared. */
export interface RoleDeclaration {
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly policies: Readonly<Record<string, PolicyDocument>>;
  readonly boundary?: PolicyDocument;
  /** ARN of the boundary, for `iam:PermissionsBoundary`. */
  readonly boundaryArn?: string;
  /** @default 3600 */
  readonly maxSessionSeconds?: number;
}

/** A role that exists in the plane. */
export interface Role {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** `AROA…`, first part of `aws:userid`. */
  readonly id: string;
  readonly trust: PolicyDocument;
  readonly policies: Map<string, PolicyDocument>;
  readonly boundary: PolicyDocument | undefined;
  readonly boundaryArn: string | undefined;
  readonly maxSessionSeconds: number;
}

const ARN = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:[^/]+\/)*([\w+=,.@-]{1,64})$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A fresh identifier in the form of IAM's, such as `ASIA` and 16 more characters. */
export function newIdentifier(prefix: 'AROA' | 'ASIA' | 'AKIA' | 'AIDA'): string {
  return prefix + Array.from(randomBytes(16), (byte) => ALPHABET[byte % 32]).join('');
}

/** Role directory; a role is found by its full ARN, or by account and name as the IAM API does. */
export class RoleDirectory {
  readonly #byArn = new Map<string, Role>();

  /** @throws Error when the ARN is not a role's, or the role exists. */
  add(declaration: RoleDeclaration): Role {
    const match = ARN.exec(declaration.arn);
    if (match === null) throw new Error(`not a role ARN: ${declaration.arn}`);
    if (this.#byArn.has(declaration.arn)) throw new Error(`role declared twice: ${declaration.arn}`);
    const [, account = '', name = ''] = match;
    const role: Role = {
      arn: declaration.arn,
      account,
      name,
      id: newIdentifier('AROA'),
      trust: declaration.trust,
      policies: new Map(Object.entries(declaration.policies)),
      boundary: declaration.boundary,
      boundaryArn: declaration.boundaryArn,
      maxSessionSeconds: declaration.maxSessionSeconds ?? 3600,
    };
    this.#byArn.set(role.arn, role);
    return role;
  }

  find(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  findByName(account: string, name: string): Role | undefined {
    return this.list().find((role) => role.account === account && role.name === name);
  }

  list(): readonly Role[] {
    return [...this.#byArn.values()];
  }
}
