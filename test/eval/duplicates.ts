import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StoryArchive } from '#src/core/story/archive.ts';

/** The test is drawn anew with each of these; a rule fitted to one drawing would fail on another. */
const seeds = [1, 2, 3] as const;

const documentSchema = z.object({ id: z.string(), host: z.string(), text: z.string() });

/**
 * Makes the near-duplicate test of `eval/duplicates` below `sharedDir` with several seeds, lets the articles arrive one by one, and prints
 * the scorer's table for each; says so when the folder is absent.
 */
export function evaluateDuplicates(sharedDir: string): void {
  const folder = join(sharedDir, 'eval', 'duplicates');
  if (!existsSync(folder)) {
    console.log(`duplicates: not measured, "${folder}" is absent`);
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'claimledger-duplicates-'));
  try {
    for (const seed of seeds) {
      const run = (script: string, argv: readonly string[]): string =>
        execFileSync(process.execPath, [join(folder, script), ...argv], { encoding: 'utf8' });
      run('make.mjs', ['--out', scratch, '--seed', String(seed)]);
      const predictions = join(scratch, 'predictions.jsonl');
      writeFileSync(predictions, listPairs(readFileSync(join(scratch, 'docs.jsonl'), 'utf8')));
      console.log(`duplicates, seed ${seed}`);
      console.log(run('score.mjs', [predictions, '--truth', join(scratch, 'truth.json')]));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function listPairs(lines: string): string {
  const documents = lines
    .trim()
    .split('\n')
    .map((line) => documentSchema.parse(JSON.parse(line)));
  const archive = new StoryArchive();
  return documents
    .flatMap(({ id, host, text }, at) => {
      const { pairs } = archive.add({
        id: at,
        appearedAt: at,
        outlet: host,
        site: host,
        title: '',
        text,
        byline: null,
        linkedSites: new Set(),
      });
      return pairs.map((pair) => `${JSON.stringify({ a: id, b: documents[pair.id]?.id, predicted: pair.kind })}\n`);
    })
    .join('');
}
