// Whether two IAM patterns have a value in common: what a policy says against what somebody asks about, where both may
// hold wildcards. Costs at most the product of their lengths.

const ARN_PARTS = 6;

/** Whether some ARN matches both; each of the six parts for itself, as IAM matches them. */
export function arnsMeet(one: string, other: string): boolean {
  const [parts, others] = [splitArn(one), splitArn(other)];
  if (parts.length !== ARN_PARTS || others.length !== ARN_PARTS) return patternsMeet(one, other);
  return parts.every((part, index) => patternsMeet(part, others[index] ?? ''));
}

/** Whether some text matches both. */
export function patternsMeet(one: string, other: string): boolean {
  // row[j]: whether the rest of `one` from i and the rest of `other` from j have a text in common
  let row: boolean[] = [];
  for (let i = one.length; i >= 0; i -= 1) {
    const below = row;
    row = new Array<boolean>(other.length + 1).fill(false);
    for (let j = other.length; j >= 0; j -= 1) row[j] = meetsAt(one[i], other[j], { row, below, j });
  }
  return row[0] === true;
}

interface Rest {
  readonly row: readonly boolean[];
  readonly below: readonly boolean[];
  readonly j: number;
}

function meetsAt(one: string | undefined, other: string | undefined, { row, below, j }: Rest): boolean {
  if (one === undefined && other === undefined) return true;
  // a star stands for nothing, or for one character more of the other
  if (one === '*') return below[j] === true || (other !== undefined && row[j + 1] === true);
  if (other === '*') return row[j + 1] === true || (one !== undefined && below[j] === true);
  if (one === undefined || other === undefined) return false;
  return (one === other || one === '?' || other === '?') && below[j + 1] === true;
}

/** The first five parts, and the rest with all its colons. */
function splitArn(text: string): string[] {
  const parts = text.split(':');
  if (parts.length < ARN_PARTS) return parts;
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
}
