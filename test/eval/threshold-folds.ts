import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Claims found rightly, found wrongly and not found, summed over some articles. */
export type Folded = { readonly right: number; readonly extra: number; readonly missed: number };

const FOLDS = 5;
// From where candidates begin to where only a subject that is named or described is enough.
const THRESHOLDS = [0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8] as const;
const idSchema = z.object({ id: z.string() });

type Prediction = {
  readonly id: string;
  readonly taggings: readonly { readonly status: string; readonly score: number }[];
};

/**
 * Chooses, for each fifth of the articles, the score that makes a tag on the other four, and counts what it finds in that fifth. An article's fifth
 * hangs on its id alone.
 */
export function chooseOnOtherFolds(at: {
  readonly rows: readonly unknown[];
  readonly predictions: readonly Prediction[];
  readonly score: (rows: readonly unknown[], predictions: readonly unknown[]) => Folded;
}): Folded {
  const total = { right: 0, extra: 0, missed: 0 };
  for (let fold = 0; fold < FOLDS; fold++) {
    const measure = (threshold: number, isIn: (own: number) => boolean) =>
      at.score(
        at.rows.filter((row) => isIn(foldOf(idSchema.parse(row).id))),
        at.predictions.filter(({ id }) => isIn(foldOf(id))).map((row) => cut(row, threshold)),
      );
    const best = THRESHOLDS.map((threshold) => ({ threshold, f1: f1Of(measure(threshold, (own) => own !== fold)) }))
      .toSorted((a, b) => b.f1 - a.f1)
      .at(0);
    const found = measure(best?.threshold ?? 0, (own) => own === fold);
    total.right += found.right;
    total.extra += found.extra;
    total.missed += found.missed;
  }
  return total;
}

function cut(row: Prediction, threshold: number): Prediction {
  const taggings = row.taggings.map((tagging) => ({
    ...tagging,
    status: tagging.score >= threshold ? 'tag' : 'candidate',
  }));
  return { ...row, taggings };
}

function foldOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % FOLDS;
}

function f1Of({ right, extra, missed }: Folded): number {
  return (2 * right) / Math.max(1, 2 * right + extra + missed);
}
