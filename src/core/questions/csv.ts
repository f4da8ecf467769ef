// A table as CSV (RFC 4180). Agents and people wrote some of the texts: none of them becomes a formula in a spreadsheet,
// and none has what a terminal obeys.

type Cell = string | number | boolean;

/** How formulas begin, in full width too: spreadsheets of East Asia read it alike. */
const FORMULA = /^[\s\u2800]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Lines without their ends. */
export function csvLines(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  return [header, ...rows].map((row) => row.map(field).join(','));
}

function field(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell);
  const visible = cell.replace(/[^\P{Cc}\n]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu, ' ');
  const harmless = FORMULA.test(visible) ? `'${visible}` : visible;
  // spreadsheets of half the world take the semicolon for the end of a cell
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
