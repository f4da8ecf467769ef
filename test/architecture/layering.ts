// The layers and what each may import. Dependencies point inward.

import type { SourceFile } from './source-tree.ts';

interface Layer {
  readonly of: RegExp;
  /** Files it may import. */
  readonly files: RegExp;
  /** Packages it may import; all when left out. */
  readonly packages?: RegExp;
}

const CORE_PACKAGES =
  /^(jose|zod|canonicalize|ulid|@cedar-policy\/cedar-wasm(\/nodejs)?|@simplewebauthn\/server(\/helpers)?|node:crypto)$/;

/** The core's shapes, and what the browser computes itself. */
const CONSOLE_FILES =
  /^(console|src\/core\/(model|refusal|budget\/|approve\/|people\/|lifecycle\/|offboard\/|review\/|questions\/|audit\/|record\/(canonical|overview)|verify\/plain-text))/;

/** First match counts. */
const LAYERS: readonly Layer[] = [
  { of: /^src\/core\//, files: /^src\/core\//, packages: CORE_PACKAGES },
  { of: /^src\/config\//, files: /^src\/(config|core)\//, packages: /^zod$/ },
  { of: /^src\/adapters\//, files: /^src\/(adapters|config|core)\// },
  { of: /^src\/client\//, files: /^src\/(client|core\/(model|refusal))/ },
  { of: /^lambda\//, files: /^src\/(adapters|config|core)\// },
  { of: /^lib\//, files: /^(lib\/|src\/(config|core)\/|src\/adapters\/files\/)/ },
  { of: /^bin\//, files: /^lib\// },
  { of: /^cli\//, files: /^(cli|src|lambda|lib)\/|^package\.json$/ },
  { of: /^console\//, files: CONSOLE_FILES },
  { of: /^examples\//, files: /^(examples|src\/client)\// },
  { of: /^(tools|bench|test)\//, files: /./ },
];

/** Each import that points the wrong way, as a sentence. */
export function layeringProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const layer = LAYERS.find(({ of }) => of.test(file.path));
    if (layer === undefined) return [`${file.path} is in no layer`];
    return file.imports
      .filter((imported) => !isAllowed(layer, imported))
      .map((imported) => `${file.path} imports ${imported}`);
  });
}

function isAllowed({ files, packages }: Layer, imported: string): boolean {
  const isFile = /^(bin|lib|lambda|src|cli|console|bench|tools|examples|test)\/|^package\.json$/.test(
    imported,
  );
  return isFile ? files.test(imported) : (packages?.test(imported) ?? true);
}
