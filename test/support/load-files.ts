/**
 * A program of its own: imports every file named on the command line in plain node, one after the other, and prints what came
 * of it as one JSON line. It ends only when nothing that an import started keeps it alive.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rootDir } from './source-tree.ts';

/** What node itself keeps open for the streams of a child process, and what a finished read leaves behind. */
const ownResources = /^(?:Pipe|TTY|FS)/;

const failures: string[] = [];
const jobs: string[] = [];
for (const path of process.argv.slice(2)) {
  try {
    const module = await import(pathToFileURL(join(rootDir, path)).href);
    if (path === 'src/main.ts') jobs.push(...module.jobs.map((job: { readonly name: string }) => job.name));
  } catch (error) {
    failures.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const open = process.getActiveResourcesInfo().filter((name) => !ownResources.test(name));
console.log(JSON.stringify({ version: process.versions.node, failures, open, jobs }));
