import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { rootDir } from './support/source-tree.ts';

const reportSchema = z.strictObject({
  version: z.string(),
  failures: z.array(z.string()),
  open: z.array(z.string()),
  jobs: z.array(z.string()),
});

/** vitest accepts syntax that node refuses, so the files are loaded by the node that runs the service. */
async function loadFiles(paths: readonly string[]): Promise<z.output<typeof reportSchema>> {
  const node = join(rootDir, 'node_modules/.bin/node');
  const loader = join(rootDir, 'test/support/load-files.ts');
  const { stdout, stderr } = await promisify(execFile)(node, [loader, ...paths], { cwd: rootDir, timeout: 60_000 });
  expect(stderr).toBe('');
  return reportSchema.parse(JSON.parse(stdout));
}

async function listJobFiles(): Promise<readonly string[]> {
  const paths = globSync('jobs/*.ts', { cwd: rootDir }).sort();
  const modules = await Promise.all(paths.map(async (path) => ({ path, module: await import(join(rootDir, path)) })));
  return modules.filter(({ module }) => 'default' in module).map(({ path }) => basename(path, '.ts'));
}

test('every file loads in plain node, starts nothing, and main knows every job by its file name', async () => {
  const paths = globSync('{src,jobs,migrations}/**/*.ts', { cwd: rootDir }).sort();
  expect(paths.length).toBeGreaterThan(100);
  const report = await loadFiles(paths);
  expect(report.version).toMatch(/^26\./);
  expect(report.failures).toEqual([]);
  expect(report.open).toEqual([]);
  const jobFiles = await listJobFiles();
  expect(jobFiles.length).toBeGreaterThan(0);
  expect(report.jobs.toSorted()).toEqual(jobFiles);
});
