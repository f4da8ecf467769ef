// A table as CSV (RFC 4180). Agents and people wrote some of the texts: none of them becomes a formula in a spreadsheet,
// and none has what a terminal obeys.

type Cell = string | number | boolean;

/** Lines without their ends. */
export function csvLines(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  return [header, ...rows].map((row) => row.map(field).join(','));
}

function field(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell);
  const visible = cell.replace(/[^\P{Cc}\n]|\p{Cf}/gu, ' ');
  const harmless = /^\s*[=+\-@]/.test(visible) ? `'${visible}` : visible;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
