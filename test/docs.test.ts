import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { helpOf } from './support/known-commands.ts';
import { readSourceTree, rootDir } from './support/source-tree.ts';

const read = (path: string): string => readFileSync(join(rootDir, path), 'utf8');
const documents = globSync('*.md', { cwd: rootDir }).sort();
const readme = read('README.md');
const manifest = z
  .looseObject({
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read('package.json')));
type Node = { readonly properties?: Readonly<Record<string, Node>> | undefined };
const node: z.ZodType<Node> = z.lazy(() => z.looseObject({ properties: z.record(z.string(), node).optional() }));
const ledgerKeys = node.parse(JSON.parse(read('ledger.schema.json')));

/** The text of a document from one heading to the next. */
function section(text: string, heading: string): string {
  const [, rest] = text.split(`\n## ${heading}\n`);
  expect(rest, heading).toBeDefined();
  return rest?.split('\n## ')[0] ?? '';
}

/** What stands between backquotes in the first cells of a section's tables. */
function firstCells(text: string): readonly string[] {
  const cells = text.split('\n').flatMap((line) => /^\| (`.*?`) \|/.exec(line)?.[1] ?? []);
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span));
  expect(spans.length).toBeGreaterThan(0);
  return spans;
}

describe('README.md', () => {
  test('names commands and options that the program has', () => {
    const spans = [...readme.matchAll(/`claimledger ([^`]+)`/g)].map(([, words = '']) => words);
    const lines = [...readme.matchAll(/^(?:npm run --silent|.*exec serve) claimledger (?:-- )?(.+)$/gm)];
    const commands = [...spans, ...lines.map(([, words = '']) => words)];
    expect(commands.length).toBeGreaterThan(20);
    for (const command of commands) {
      const words = command.split(' ');
      const help = helpOf(words);
      expect(help, command).not.toBeNull();
      const options = words.filter((word) => word.startsWith('--'));
      expect(options.filter((option) => help?.includes(option) !== true)).toEqual([]);
    }
  });

  test('names npm scripts that are there', () => {
    const scripts = documents.flatMap((path) =>
      [...read(path).matchAll(/\bnpm (?:run (?:--silent )?([a-z-]+)|(start|test)\b)/g)].map(
        ([, run, own]) => run ?? own ?? '',
      ),
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  test('names the keys that the ledger has, and every one at its top', () => {
    const named = firstCells(section(readme, 'The ledger file')).filter((span) => /^[a-z]/.test(span));
    const findKey = (path: string): Node | undefined =>
      path.split('.').reduce<Node | undefined>((at, key) => at?.properties?.[key], ledgerKeys);
    expect(named.filter((path) => findKey(path) === undefined)).toEqual([]);
    const tops = new Set(named.map((path) => path.split('.')[0]));
    expect(Object.keys(ledgerKeys.properties ?? {}).filter((key) => !tops.has(key))).toEqual([]);
  });

  test('names the variables that the program reads, and every one', () => {
    const named = firstCells(section(readme, 'The ledger file')).filter((span) => /^[A-Z]/.test(span));
    const known = [...read('src/config/load.ts').matchAll(/(?:env\[|secret\()'([A-Z_]+)'/g)].map(
      ([, name = '']) => name,
    );
    expect(known.length).toBeGreaterThan(0);
    expect(named.toSorted()).toEqual([...new Set(known)].sort());
  });

  test('explains messages that the program says', () => {
    const code = readSourceTree()
      .map((file) => file.code)
      .join('\n');
    const pieces = firstCells(section(readme, 'When something is wrong')).flatMap((message) => message.split('…'));
    const fixed = pieces.map((piece) => piece.replace(/^["\s:]+|["\s:]+$/g, '')).filter((piece) => piece.length > 3);
    expect(fixed.length).toBeGreaterThan(10);
    expect(fixed.filter((piece) => !code.includes(piece))).toEqual([]);
  });

  test('says that compose was not run', () => {
    expect(section(readme, 'Docker compose')).toContain('**It has not been run**');
  });
});

test.each(documents)('every link of %s leads somewhere', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(links.filter((target) => !existsSync(join(rootDir, dirname(path), target)))).toEqual([]);
});

test('DECISIONS.md gives a reason for every package', () => {
  const decisions = read('DECISIONS.md');
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const own = names.filter((name) => !name.startsWith('@types/'));
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((name) => !decisions.includes(`\`${name}\``))).toEqual([]);
});

test('ARCHITECTURE.md has every folder of the program on its map, and no other', () => {
  const map = section(read('ARCHITECTURE.md'), 'Where things are');
  const named = [...map.matchAll(/^ *([a-z][\w/.-]*\/) {2,}/gm)].map(([, folder = '']) => folder);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((folder) => !existsSync(join(rootDir, folder)))).toEqual([]);
  const folders = new Set(readSourceTree().map(({ path }) => `${dirname(path)}/`));
  folders.delete('src/');
  expect([...folders].filter((folder) => !named.includes(folder))).toEqual([]);
});
