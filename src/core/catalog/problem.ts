// What the catalog check reports: where, what is wrong, and how to mend it.

/** Path into a document: keys and list indexes. */
export type DocumentPath = readonly (string | number)[];

/** One file of a catalog, parsed by an adapter. */
export interface CatalogFile {
  /** Relative to the catalog, with `/`. */
  readonly path: string;
  /** The parsed document; the text itself for policies. */
  readonly data: unknown;
  /** Line and column (from 1) of the value at a path, or of its nearest parent. */
  position?(path: DocumentPath): { readonly line: number; readonly column: number } | undefined;
  /** Problems found while parsing; the document is then not looked at. */
  readonly problems?: readonly Problem[];
}

/** One finding of the check; an error keeps the catalog from compiling. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly fix: string;
}

/** Gathers problems, with the place of each. */
export interface Report {
  readonly problems: Problem[];
  error(file: CatalogFile, path: DocumentPath, problem: { message: string; fix: string }): void;
  warning(file: CatalogFile, path: DocumentPath, problem: { message: string; fix: string }): void;
}

/** An empty report. */
export function createReport(): Report {
  const problems: Problem[] = [];
  const add =
    (severity: Problem['severity']) =>
    (file: CatalogFile, path: DocumentPath, { message, fix }: { message: string; fix: string }) => {
      problems.push({ severity, file: file.path, ...file.position?.(path), message, fix });
    };
  return { problems, error: add('error'), warning: add('warning') };
}
