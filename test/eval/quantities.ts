import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuantityReader } from '#src/core/quantity/quantities.ts';

/**
 * Reads the labelled sentences of `eval/quantities` below `sharedDir`, prints the scorer's table with every failure, and says
 * so when the folder is absent.
 */
export function evaluateQuantities(sharedDir: string): void {
  const folder = join(sharedDir, 'eval', 'quantities');
  const labels = join(folder, 'dev.jsonl');
  const scorer = join(folder, 'score.mjs');
  if (!existsSync(labels) || !existsSync(scorer)) {
    console.log(`quantities: not measured, "${folder}" is absent`);
    return;
  }
  const rows = execFileSync(process.execPath, [scorer, '--labels', labels, '--emit', 'input'], { encoding: 'utf8' });
  const reader = new QuantityReader();
  const predictions = rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ id, text }) => JSON.stringify({ id, quantities: reader.find(text) }));
  const scratch = mkdtempSync(join(tmpdir(), 'claimledger-quantities-'));
  try {
    const file = join(scratch, 'predictions.jsonl');
    writeFileSync(file, `${predictions.join('\n')}\n`);
    console.log(
      execFileSync(process.execPath, [scorer, '--labels', labels, '--pred', file, '--fails'], { encoding: 'utf8' }),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
