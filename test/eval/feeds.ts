import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseFeed } from '#src/core/feed/feed.ts';

const CASE_FILES = ['dev-cases.json', 'own-cases.json', 'real-cases.json'];
const caseFile = z.object({
  cases: z.array(
    z.object({ id: z.string(), headers: z.record(z.string(), z.string()).catch({}), feedUrl: z.string().nullable() }),
  ),
});

/** The scorer's table, one line a category; null when the evaluation data is not there. */
export type FeedEvaluation = { readonly table: string; readonly failures: string } | null;

/** Parses every feed case below `sharedDir` in this process, lets the data's own scorer judge, and prints its tables. */
export async function evaluateFeeds(sharedDir: string): Promise<FeedEvaluation> {
  const dir = join(sharedDir, 'eval', 'feeds');
  if (!existsSync(dir)) {
    console.log(`feeds: not evaluated, no folder ${dir}`);
    return null;
  }
  const files = CASE_FILES.map((name) => join(dir, name));
  const lists = await Promise.all(files.map(async (file) => caseFile.parse(JSON.parse(await readFile(file, 'utf8')))));
  const outputs: Record<string, unknown> = {};
  for (const { id, headers, feedUrl } of lists.flatMap(({ cases }) => cases)) {
    const bytes = await readFile(join(dir, id));
    const startedAt = performance.now();
    const feed = await parseFeed({ bytes, headers, url: feedUrl });
    const ms = performance.now() - startedAt;
    outputs[id] = { ...feed, ms, polluted: 'polluted' in {} || 'x' in {} };
  }
  const temporary = await mkdtemp(join(tmpdir(), 'feeds-'));
  try {
    const output = join(temporary, 'out.json');
    await writeFile(output, JSON.stringify(outputs));
    const score = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [join(dir, 'score.mjs'), output, ...args], { encoding: 'utf8' });
    const table = CASE_FILES.map((name, at) => `feeds, ${name}\n${score(files[at] ?? '')}`).join('\n');
    const failures = score(...files, '--fails')
      .split('\n')
      .filter((line) => line.startsWith('FAIL'))
      .join('\n');
    console.log(table);
    console.log(failures);
    return { table, failures };
  } finally {
    await rm(temporary, { recursive: true });
  }
}
