// How the code is built, held by tests: layers, sizes, names, comments, and what may not be written at all.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layeringProblems } from './layering.ts';
import { ROOT, readSource, readTree, type SourceFile } from './source-tree.ts';

const tree = readTree();
const product = tree.filter((file) => !/^(test|bench)\//.test(file.path));
const source = product.filter((file) => /\.tsx?$/.test(file.path));
const core = source.filter((file) => file.path.startsWith('src/core/'));

function offenders(files: readonly SourceFile[], test: (file: SourceFile) => boolean): string[] {
  return files.filter(test).map((file) => file.path);
}
function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
function percentile90(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length * 0.9)] ?? 0;
}

describe('layers', () => {
  test('[ARCH-1] dependencies point inward', () => {
    expect(layeringProblems(tree)).toEqual([]);
  });

  test.each([
    ['src/core/x.ts', "import { a } from '../adapters/aws/world.ts';"],
    ['src/core/x.ts', "import fs from 'node:fs';"],
    ['src/core/x.ts', "export { a } from '@aws-sdk/client-sts';"],
    ['src/core/x.ts', "const a = await import('../config/env.ts');"],
    ['src/core/x.ts', "import type { A } from '../../lambda/token.ts';"],
    ['src/adapters/x.ts', "import { a } from '../../cli/main.ts';"],
    ['src/client/x.ts', "import { a } from '../adapters/http/form.ts';"],
    ['lib/x.ts', "import { a } from '../src/adapters/aws/world.ts';"],
    ['lambda/x.ts', "import { a } from '../lib/config.ts';"],
  ])('[ARCH-1] the test fails for %s with %s', (path, text) => {
    expect(layeringProblems([readSource(path, text)])).toHaveLength(1);
  });
});

describe('sizes', () => {
  test('[ARCH-2] files stay small', () => {
    expect(offenders(tree, (file) => file.lines > 350)).toEqual([]);
    const lines = product.map((file) => file.lines);
    expect(median(lines)).toBeLessThanOrEqual(100);
    expect(percentile90(lines)).toBeLessThanOrEqual(250);
  });

  test('[ARCH-3] entry files of functions stay under 60 lines, the CDK entry under 30', () => {
    expect(offenders(tree, (file) => file.path.startsWith('lambda/') && file.lines > 60)).toEqual([]);
    expect(offenders(tree, (file) => file.path.startsWith('bin/') && file.lines > 30)).toEqual([]);
  });

  test('[ARCH-4] functions stay short, with at most three parameters', () => {
    const all = product.flatMap((file) => file.functions.map((each) => ({ ...each, path: file.path })));
    const long = all
      .filter((each) => each.lines > 50)
      .map((each) => `${each.path} ${each.name}: ${each.lines}`);
    expect(long).toEqual([]);
    const wide = all.filter((each) => each.parameters > 3).map((each) => `${each.path} ${each.name}`);
    expect(wide).toEqual([]);
    expect(median(all.map((each) => each.lines))).toBeLessThanOrEqual(10);
    expect(percentile90(all.map((each) => each.lines))).toBeLessThanOrEqual(35);
  });
});

describe('names and comments', () => {
  test('[ARCH-5] files are named in kebab case, for what they hold', () => {
    const named = (path: string) =>
      /^[a-z0-9]+(-[a-z0-9]+)*(\.property)?(\.test)?(\.d|\.config)?\.(tsx?|mjs)$/.test(
        path.split('/').at(-1) ?? '',
      );
    expect(offenders(tree, (file) => !named(file.path))).toEqual([]);
    const drawer = /(^|\/)(utils?|helpers?|common|types|misc|shared)(\.tsx?|\/)/;
    expect(offenders(tree, (file) => drawer.test(file.path))).toEqual([]);
    const barrel = /^src\/(?!client\/).*\/index\.ts$/;
    expect(offenders(tree, (file) => barrel.test(file.path))).toEqual([]);
  });

  test('[ARCH-6] every file opens with what it is for', () => {
    const opening = /^(#!.*\n)?\/\/ [^\n]+(\n\/\/ [^\n]+){0,4}\n/;
    expect(offenders(product, (file) => !opening.test(file.text))).toEqual([]);
  });

  test('[ARCH-7] exported functions and classes say something about themselves', () => {
    const bare = /(?<!\*\/\n)(?<=\n)export (async )?(function|class|const enum) (\w+)/g;
    const places = core.flatMap((file) =>
      [...file.text.matchAll(bare)].map((match) => `${file.path} ${match[3]}`),
    );
    expect(places.filter((place) => !/catalog\/to-model/.test(place))).toEqual([]);
  });

  test('nothing is left for later, and no test is left out', () => {
    const later = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X\\b'].join(''));
    expect(
      offenders(product, (file) => later.test(file.text.replaceAll(/\/.*(TODO|XXXX).*\//g, ''))),
    ).toEqual([]);
    const out = /\b(test|it|describe)\.(skip|only|todo|fails)\b/;
    expect(offenders(tree, (file) => out.test(file.text) && !file.path.includes('architecture'))).toEqual([]);
  });
});

describe('what is not written', () => {
  test('[ARCH-8] the core has no clock, randomness, environment or output of its own', () => {
    const impure =
      /Date\.now|new Date\(\)|Math\.random|process\.|console\.|setTimeout|randomBytes|randomUUID|fetch\(/;
    expect(offenders(core, (file) => impure.test(withoutComments(file.text)))).toEqual([]);
  });

  test('[ARCH-9] nothing scans a table but an ordered rescan of the audit trail', () => {
    const scans = offenders(product, (file) => /\bScanCommand\b|dynamodb:Scan/.test(file.text));
    const rescan = ['lib/constructs/audit-functions.ts', 'src/adapters/aws/rescan.ts'];
    expect(scans.filter((path) => !rescan.includes(path))).toEqual([]);
  });

  test('[ARCH-10] only verify/ makes a workload', () => {
    const makes = /\bas (unknown as )?Workload\b/;
    expect(
      offenders(source, (file) => makes.test(file.text) && !file.path.startsWith('src/core/verify/')),
    ).toEqual([]);
  });

  test('no path of one machine and no registry is in the repository', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
      .split('\0')
      .filter(Boolean);
    const local = new RegExp(['/ho', 'me/|/wo', 'rk/|/ro', 'ot/|registry\\.npm', 'js\\.org'].join(''));
    const found = files.filter((file) => {
      if (file.startsWith('test/architecture/')) return false;
      try {
        return local.test(readFileSync(`${ROOT}${file}`, 'utf8'));
      } catch {
        // staged for removal
        return false;
      }
    });
    expect(found).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
