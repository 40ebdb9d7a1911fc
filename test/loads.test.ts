import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rootDir } from './support/source-tree.ts';

/**
 * Imports every file it is given, one after the other, and prints what came of it. It counts on ending by itself: a file that
 * opens a port, a thread or a timer when it is imported keeps the process alive, or shows up in `open`.
 */
const loader = `
const failures = [];
for (const file of JSON.parse(process.argv[1])) {
  try { await import(file); } catch (error) { failures.push(file + ': ' + error.message); }
}
const { jobs } = await import(process.argv[2]);
const open = process.getActiveResourcesInfo().filter((name) => !/^(?:Pipe|TTY|FS)/.test(name));
console.log(JSON.stringify({ version: process.versions.node, failures, open, jobs: jobs.map(({ name }) => name), exitCode: process.exitCode ?? 0 }));
`;

const reportSchema = z.strictObject({
  version: z.string(),
  failures: z.array(z.string()),
  open: z.array(z.string()),
  jobs: z.array(z.string()),
  exitCode: z.int(),
});

const paths = globSync('{src,jobs,migrations}/**/*.ts', { cwd: rootDir }).sort();
const addressOf = (path: string): string => pathToFileURL(join(rootDir, path)).href;

async function loadAll(): Promise<z.output<typeof reportSchema>> {
  const node = join(rootDir, 'node_modules/.bin/node');
  const args = [
    '--input-type=module',
    '--eval',
    loader,
    JSON.stringify(paths.map(addressOf)),
    addressOf('src/main.ts'),
  ];
  const { stdout, stderr } = await promisify(execFile)(node, args, { cwd: rootDir, timeout: 60_000 });
  expect(stderr).toBe('');
  return reportSchema.parse(JSON.parse(stdout));
}

async function listJobFiles(): Promise<readonly string[]> {
  const files = globSync('jobs/*.ts', { cwd: rootDir }).sort();
  const modules = await Promise.all(files.map(async (path) => ({ path, module: await import(addressOf(path)) })));
  return modules.filter(({ module }) => 'default' in module).map(({ path }) => basename(path, '.ts'));
}

test('every file loads in plain node, starts nothing, and main knows every job by its file name', async () => {
  expect(paths.length).toBeGreaterThan(100);
  const report = await loadAll();
  expect(report.version).toMatch(/^26\./);
  expect(report).toMatchObject({ failures: [], open: [], exitCode: 0 });
  const jobFiles = await listJobFiles();
  expect(jobFiles.length).toBeGreaterThan(0);
  expect(report.jobs.toSorted()).toEqual(jobFiles);
});
