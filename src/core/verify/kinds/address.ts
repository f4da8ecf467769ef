// Which addresses an issuer and its keys may have: https with a public name. An IP address, a loopback name or a
// placeholder is refused, in the catalog and again before each fetch; local mode alone may use its own machine.
// Names are not resolved here: where one points inside, the certificate that https demands is missing.

export interface AddressRules {
  /** Lets http and https on this machine pass; local mode and tests only. */
  readonly allowLoopback?: boolean;
  /** Key sets may have a query, such as Entra's `?appid=`; an issuer may not. */
  readonly allowQuery?: boolean;
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]+){3}|\[::1\])$/;
const IP_ADDRESS = /^(?:\[.*\]|[0-9]+(?:\.[0-9]+){3})$/;
const PLACEHOLDER_HOST = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid)$/;
const PLACEHOLDER_TEXT =
  /(?:REPLACE|CHANGE)[_-]?(?:ME|THIS)|(?:replace|change)[_-]?(?:me|this)\b|PLACEHOLDER|YOUR[_-]|<[^<>]+>|XXXX|\bTODO\b/;

/** What is wrong with the address, or undefined. */
export function addressProblem(text: string, rules: AddressRules = {}): string | undefined {
  const { allowLoopback = false, allowQuery = false } = rules;
  if (!URL.canParse(text)) return 'is not an address';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'has credentials in it';
  if (text.includes('#')) return 'has a fragment';
  if (text.includes('?') && !allowQuery) return 'has a query';
  // a trailing dot is the same host under another name
  const host = url.hostname.replace(/\.$/, '');
  if (LOOPBACK.test(host) || host.endsWith('.localhost')) {
    return allowLoopback && LOOPBACK.test(host) && isWeb(url) ? undefined : 'is on this machine';
  }
  if (url.protocol !== 'https:') return 'is not https';
  if (IP_ADDRESS.test(host)) return 'is an IP address';
  return host.includes('.') ? undefined : 'is not a public name';
}

/** Whether the text still has to be filled in. */
export function isPlaceholder(text: string): boolean {
  if (PLACEHOLDER_TEXT.test(text)) return true;
  return PLACEHOLDER_HOST.test(URL.canParse(text) ? new URL(text).hostname : '');
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}
