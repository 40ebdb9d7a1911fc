/** The program's own files as text, for the tests that hold the plan of the house. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's top folder. */
export const rootDir = join(import.meta.dirname, '../..');

/** One import of a file. `target` is the file within the project, null for a package or a node module. */
export type Import = {
  readonly specifier: string;
  readonly target: string | null;
  /** Erased before node runs the file: `import type`, `export type`. */
  readonly isTypeOnly: boolean;
  /** The imported names as they are written, braces and all. */
  readonly names: string;
};

/** One file of the program: its path from the top folder, its text, its text without comments, its imports. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly imports: readonly Import[];
};

const statement = /^(?:import|export)\s+(?:(type\s+)?([^'";=(]*?)\s+from\s+)?'([^']+)';/gm;
const dynamic = /\bimport\('([^']+)'\)/g;
const blockComment = /^\s*\/\*[\s\S]*?\*\//gm;
const lineComment = /(^|\s)\/\/.*$/gm;

/** Every TypeScript file below src, jobs and migrations, sorted by path. */
export function readSourceTree(): readonly SourceFile[] {
  return globSync('{src,jobs,migrations}/**/*.ts', { cwd: rootDir }).sort().map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(rootDir, path), 'utf8');
  return { path, ...parseSource(path, text) };
}

/** Splits a file's text into its code and its imports; `path` counts from the top folder. */
export function parseSource(path: string, text: string): Omit<SourceFile, 'path'> {
  const code = text.replace(blockComment, '').replace(lineComment, '$1');
  const written = [...code.matchAll(statement)].map(([, type, names = '', specifier = '']) => ({
    specifier,
    target: resolveImport(path, specifier),
    isTypeOnly: type !== undefined,
    names,
  }));
  const loaded = [...code.matchAll(dynamic)].map(([, specifier = '']) => ({
    specifier,
    target: resolveImport(path, specifier),
    isTypeOnly: false,
    names: '',
  }));
  return { text, code, imports: [...written, ...loaded] };
}

function resolveImport(path: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? join(path, '..', specifier) : null;
}
