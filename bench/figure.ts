// What a measurement found: one number, its unit, and what it should be. Ratios are of things measured in the same
// run on the same machine; absolute times are told to explain them.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What issue or design asks for; absent where the number only explains another. */
  readonly aim?: { readonly atMost: number } | { readonly atLeast: number };
  readonly note?: string;
}

/** A measurement: its name for the command line, and what runs it. */
export interface Measurement {
  readonly name: string;
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

/** Whether the figure is what it should be; undefined where nothing is asked of it. */
export function isReached({ value, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  return 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
}

/** One line of the table. */
export function figureLine(figure: Figure): string {
  const { name, value, unit, aim, note } = figure;
  const limit =
    aim === undefined ? '' : 'atMost' in aim ? `≤ ${short(aim.atMost)}` : `≥ ${short(aim.atLeast)}`;
  const mark = { true: 'reached', false: 'MISSED', undefined: '' }[String(isReached(figure))] ?? '';
  const cells = [name.padEnd(52), `${short(value)} ${unit}`.padStart(16), limit.padStart(8), mark.padEnd(8)];
  return `  ${cells.join('  ')}${note === undefined ? '' : `  ${note}`}`.trimEnd();
}

function short(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
