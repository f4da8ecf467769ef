// One YAML file of a catalog with the place of every value. Refused: what two readers could read differently, such as
// keys that are not text, keys twice, YAML 1.1, more than one document.

import type { Document } from 'yaml';
import { isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { CatalogFile, DocumentPath, Problem } from '../../core/catalog/problem.ts';

/** Of a file that is no YAML at all, or full of what nobody sees, the first problems say enough. */
export const PROBLEMS_TOLD = 5;
const MOST_ALIASES = 20;

interface Place {
  readonly path: string;
  readonly lines: LineCounter;
}

/** Parses `text`; what is wrong with it is in `problems`, and then there is no document. */
export function readYaml(path: string, text: string): CatalogFile {
  const lines = new LineCounter();
  const place = { path, lines };
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const errors = [...document.errors, ...document.warnings].map((error) =>
    problemAt(place, error.pos[0], { message: error.message, fix: 'mend the YAML at this place' }),
  );
  const problems = errors.length > 0 ? errors : ambiguities(document, place);
  if (problems.length > 0) return { path, data: undefined, problems: problems.slice(0, PROBLEMS_TOLD) };
  return {
    path,
    data: document.toJS({ maxAliasCount: MOST_ALIASES }),
    position: (wanted) => positionOf(document, wanted, lines),
  };
}

function ambiguities(document: Document.Parsed, place: Place): Problem[] {
  const problems: Problem[] = [];
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = 'is YAML 1.1, in which no, 1:30 and << mean something else';
    problems.push(problemAt(place, 0, { message, fix: 'take the %YAML line out' }));
  }
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && typeof key.value === 'string') return;
      const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      problems.push(problemAt(place, at, { message: 'has a key that is not text', fix: 'put it in quotes' }));
    },
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `has an alias of nothing: *${alias.source}`;
      problems.push(problemAt(place, alias.range?.[0] ?? 0, { message, fix: 'write the value itself' }));
    },
  });
  return problems;
}

/** The nearest parent that exists: a missing member has no place of its own. */
function positionOf(document: Document.Parsed, wanted: DocumentPath, lines: LineCounter) {
  for (let length = wanted.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(wanted.slice(0, length), true);
    if (isNode(node) && node.range) return lineAndColumn(lines, node.range[0]);
  }
  return undefined;
}

function problemAt({ path, lines }: Place, offset: number, said: { message: string; fix: string }): Problem {
  return { severity: 'error', file: path, ...lineAndColumn(lines, offset), ...said };
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
