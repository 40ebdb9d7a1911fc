import type { TermHit } from '#src/core/term-trie.ts';

/** In which sentences each term of a ledger stands: one row of marks for each term that was found. */
export type TermPlaces = {
  readonly rowOf: ReadonlyMap<number, number>;
  readonly marks: Uint8Array;
  readonly sentenceCount: number;
};

/** Notes the sentences of all hits of a text. */
export function placeTerms(reading: {
  readonly hitsByTerm: ReadonlyMap<number, readonly TermHit[]>;
  readonly sentenceOf: readonly number[];
  readonly sentences: readonly unknown[];
}): TermPlaces {
  const sentenceCount = reading.sentences.length;
  const rowOf = new Map<number, number>();
  const marks = new Uint8Array(reading.hitsByTerm.size * sentenceCount);
  for (const [term, hits] of reading.hitsByTerm) {
    const row = rowOf.size * sentenceCount;
    rowOf.set(term, row);
    for (const hit of hits) marks[row + (reading.sentenceOf[hit.first] ?? 0)] = 1;
  }
  return { rowOf, marks, sentenceCount };
}

/** Whether a term stands less than `reach` sentences away from a sentence. */
export function standsNear(
  places: TermPlaces,
  at: { readonly term: number; readonly sentence: number; readonly reach: number },
): boolean {
  const row = places.rowOf.get(at.term);
  if (row === undefined) return false;
  const last = Math.min(at.sentence + at.reach - 1, places.sentenceCount - 1);
  for (let sentence = Math.max(0, at.sentence - at.reach + 1); sentence <= last; sentence++) {
    if (places.marks[row + sentence] === 1) return true;
  }
  return false;
}
