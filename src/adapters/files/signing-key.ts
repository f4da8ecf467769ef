// A P-256 key in a private file, for what is signed without a KMS: made on first use, by one of those who want it at
// once. A key that others may read or that somebody else has put there is refused: it would prove nothing.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { TrailSigner } from '../../core/audit/ports.ts';

/** A signer with the half of its key that anybody may have. */
export interface FileSigner {
  readonly signer: TrailSigner;
  /** SPKI as PEM. */
  readonly publicKey: string;
}

/** Opens the key in `path` (PKCS #8 as PEM, mode 0600). @throws Error for a file that is no private P-256 key of ours */
export function openSigningKey(path: string): FileSigner {
  if (!existsSync(path)) create(path);
  const key = read(path);
  return {
    signer: { sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'der' }) },
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Whole or not at all; of two who make it at once, both use the one that was first. */
function create(path: string): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.draft`;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  try {
    writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    linkSync(draft, path);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  // what it signs must not outlive it when the machine stops
  if (process.platform !== 'win32') syncDirectory(directory);
}

function read(path: string): KeyObject {
  // a link could lead to a key that somebody else chose
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { uid, mode } = fstatSync(file);
    const isForeign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o077) !== 0);
    if (isForeign) throw new Error(`${path} is open to other users: chmod 600, or make a new key elsewhere`);
    return parse(path, readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function parse(path: string, pem: Buffer): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // a library's message could quote what it was given
  }
  throw new Error(`${path} is not a private P-256 key in PEM`);
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isThereAlready(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EEXIST';
}
