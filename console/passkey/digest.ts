// Hashes and encodings with the browser's own cryptography.

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** SHA-256 of a text in UTF-8. */
export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** `sha256:<hex>` of a text in UTF-8. */
export async function digestOfText(text: string): Promise<string> {
  const bytes = await sha256(text);
  return `sha256:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** base64url without padding (RFC 4648 §5). */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The bytes of a base64url text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** `XXXX-XXXX`: the first 40 bits of the SHA-256 in Crockford's base 32. */
export async function shortCode(text: string): Promise<string> {
  const bits = new DataView((await sha256(text)).buffer).getBigUint64(0);
  const characters = Array.from({ length: 8 }, (_, index) =>
    CROCKFORD.charAt(Number((bits >> BigInt(59 - 5 * index)) & 31n)),
  ).join('');
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
}
