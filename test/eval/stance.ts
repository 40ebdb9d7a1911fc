import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeStance } from '#src/core/stance/statement-stance.ts';
import { readStanceExamples, trainStanceWeights } from '#test/eval/train-statement-stance.ts';

const SPLITS = [
  { train: 'train-strict', dev: 'dev-strict', note: 'no story on both sides: the honest figure' },
  { train: 'train', dev: 'dev', note: 'headlines on both sides: flatters' },
] as const;

/**
 * Fits the stance weights on the training part of each split of `eval/fnc1` below `sharedDir` and prints the scorer's table for
 * the other part; says so when the folder is absent. The shipped weights saw every row, so they are not scored here.
 */
export async function evaluateStance(sharedDir: string): Promise<void> {
  const scorer = join(sharedDir, 'eval', 'fnc1', 'score.mjs');
  if (!existsSync(scorer)) {
    console.log(`stance: not measured, "${scorer}" is absent`);
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'claimledger-stance-'));
  try {
    for (const { train, dev, note } of SPLITS) {
      const weights = trainStanceWeights(await readStanceExamples(sharedDir, train));
      const predictions = (await readStanceExamples(sharedDir, dev)).map(({ headline, bodyId, features }) =>
        JSON.stringify({ headline, bodyId, stance: judgeStance(features, weights).stance }),
      );
      const file = join(scratch, `${dev}.jsonl`);
      writeFileSync(file, `${predictions.join('\n')}\n`);
      console.log(`stance, fitted on ${train}, measured on ${dev} (${note})`);
      console.log(execFileSync(process.execPath, [scorer, file, '--part', dev], { encoding: 'utf8' }));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
