// What the browser is told about the console: it loads its own files, talks to its own origin and to where people
// sign in, and is framed by nobody. CloudFront and local mode send the same.

/** The Content-Security-Policy of the console. @param origins of the identity provider, for `connect-src` */
export function consolePolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of the console beside its policy. */
export const CONSOLE_HEADERS = {
  'permissions-policy':
    'publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
