// A table as CSV (RFC 4180). Agents and people wrote some of the texts: none of them becomes a formula in a spreadsheet.

type Cell = string | number | boolean;

/** Lines without their ends. */
export function csvLines(header: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  return [header, ...rows].map((row) => row.map(field).join(','));
}

function field(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell);
  const harmless = /^\s*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
