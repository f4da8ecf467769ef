// Bodies of S3 uploads: plain ones, and `aws-chunked` ones with checksums in the trailer as today's SDKs send
// streams. Declared checksums are verified; a body that cannot be read is refused, never stored in part.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsFailure } from './aws-failure.ts';
import type { PlaneRequest } from './wire.ts';

interface DecodedBody {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/** The object's bytes. @throws AwsFailure on malformed chunks, a wrong length, or a checksum that differs. */
export function readObjectBody(request: PlaneRequest): Buffer {
  const claimed = request.headers['x-amz-content-sha256'] ?? '';
  if (claimed.startsWith('STREAMING-') && claimed !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    throw new AwsFailure('NotImplemented', 501, 'The local plane does not read chunk signatures.');
  const chunked = claimed === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const { body, trailers } = chunked ? decodeChunks(request.body) : { body: request.body, trailers: {} };
  const length = request.headers['x-amz-decoded-content-length'];
  if (chunked && length !== undefined && Number(length) !== body.length) throw incomplete();
  checkMd5(request, body);
  checkChecksums({ ...request.headers, ...trailers }, body);
  return body;
}

const incomplete = () =>
  new AwsFailure(
    'IncompleteBody',
    400,
    'The request body does not have the form or length that its headers say.',
  );

/** `<hex length>[;extension]\r\n<bytes>\r\n` … `0\r\n` trailers `\r\n`. */
function decodeChunks(encoded: Buffer): DecodedBody {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', at);
    const size = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(
      lineEnd === -1 ? '' : encoded.toString('latin1', at, lineEnd),
    );
    if (size === null) throw incomplete();
    const length = Number.parseInt(size[1] ?? '', 16);
    const start = lineEnd + 2;
    if (length === 0) return { body: Buffer.concat(parts), trailers: readTrailers(encoded.subarray(start)) };
    const end = start + length;
    if (encoded.toString('latin1', end, end + 2) !== '\r\n') throw incomplete();
    parts.push(encoded.subarray(start, end));
    at = end + 2;
  }
}

function readTrailers(encoded: Buffer): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of encoded.toString('latin1').split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0) trailers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
  }
  return trailers;
}

function checkMd5(request: PlaneRequest, body: Buffer): void {
  const claimed = request.headers['content-md5'];
  if (claimed !== undefined && claimed !== digest('md5', body))
    throw new AwsFailure('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.');
}

const digest = (algorithm: string, body: Buffer): string =>
  createHash(algorithm).update(body).digest('base64');

const CHECKSUMS: Readonly<Record<string, (body: Buffer) => string>> = {
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha1': (body) => digest('sha1', body),
  'x-amz-checksum-sha256': (body) => digest('sha256', body),
};

function checkChecksums(headers: Readonly<Record<string, string>>, body: Buffer): void {
  for (const [name, compute] of Object.entries(CHECKSUMS)) {
    const claimed = headers[name];
    if (claimed !== undefined && claimed !== compute(body))
      throw new AwsFailure(
        'BadDigest',
        400,
        `The ${name} you specified did not match the calculated checksum.`,
      );
  }
}
