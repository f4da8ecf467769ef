// Source maps of a bundle tell where our own code is from, and nothing of libraries: these are most of a map, which a
// start would have to read, and a frame of theirs says no more with it. Sources are named from the root of the
// repository, so that the same code makes the same bytes wherever it is bundled.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { decode, encode, type SourceMapLine, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
  readonly names: readonly string[];
}

const OF_LIBRARIES = /(^|\/)node_modules\//;

/** Rewrites each map in the directory; one that would tell nothing goes, with the line that names it. */
export function keepOwnSources(directory: string, root: string): void {
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.mjs.map'))) {
    const place = join(directory, name);
    const map = JSON.parse(readFileSync(place, 'utf8')) as SourceMap;
    const own = ownPart(map);
    const sources = own.sources.map((source) =>
      relative(root, resolve(directory, source)).split(sep).join('/'),
    );
    if (sources.length > 0) writeFileSync(place, JSON.stringify({ ...own, sources }));
    else forget(place);
  }
}

function forget(place: string): void {
  rmSync(place);
  const code = place.slice(0, -'.map'.length);
  writeFileSync(code, readFileSync(code, 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'));
}

/** The map without libraries; sources keep their order. */
function ownPart(map: SourceMap): SourceMap {
  const own = [...map.sources.keys()].filter((index) => !OF_LIBRARIES.test(map.sources[index] ?? ''));
  const places = new Map(own.map((from, to) => [from, to]));
  const lines = decode(map.mappings).map((line) => ownSegments(line, places));
  return {
    ...map,
    sources: own.map((index) => map.sources[index] ?? ''),
    names: [],
    mappings: encode(lines),
  };
}

/** Where a library's code begins stands a segment without a source, so that nothing of ours reaches into it. */
function ownSegments(line: SourceMapLine, places: ReadonlyMap<number, number>): SourceMapLine {
  const kept: SourceMapLine = [];
  for (const segment of line) {
    const place = segment.length === 1 ? undefined : places.get(segment[1]);
    const next: SourceMapSegment =
      place === undefined || segment.length === 1
        ? [segment[0]]
        : [segment[0], place, segment[2], segment[3]];
    if (next.length > 1 || kept.at(-1)?.length !== 1) kept.push(next);
  }
  return kept;
}
