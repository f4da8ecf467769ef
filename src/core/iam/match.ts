// IAM's wildcards: `*` for any characters, `?` for one. Two pointers instead of a regular expression: a hostile
// pattern or value costs at most pattern × value steps.

/** Whether `value` matches `pattern`, case-sensitive. */
export function matchesPattern(pattern: string, value: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < value.length) {
    const symbol = pattern[inPattern];
    // the star first: a value may hold a literal asterisk
    if (symbol === '*') {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (symbol === '?' || symbol === value[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}

/** Actions: service prefix and name without regard to case. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

const ARN_PARTS = 6;

/** ARNs: each of the six parts for itself, so that no wildcard reaches over a colon into the next part. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patternParts, parts] = [splitArn(pattern), splitArn(arn)];
  if (patternParts.length !== ARN_PARTS || parts.length !== ARN_PARTS) return matchesPattern(pattern, arn);
  return patternParts.every((part, index) => matchesPattern(part, parts[index] ?? ''));
}

/** The first five parts, and the rest with all its colons. */
function splitArn(text: string): string[] {
  const parts = text.split(':');
  return parts.length < ARN_PARTS
    ? parts
    : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}
