/** What changed between two versions of a text, by words within paragraphs. */
import { diffArrays, diffWordsWithSpace } from 'diff';

/** More edits than these are a new text, not an edited one; finding each would take seconds. */
const paragraphEditsMax = 500;
const wordEditsMax = 400;

/** A run of words with what became of it. */
export type DiffPart = { readonly kind: 'same' | 'inserted' | 'deleted'; readonly text: string };

/** A paragraph that changed, came or went, with its words; or how many stayed the same in a row. */
export type DiffRow =
  | { readonly kind: 'same'; readonly count: number }
  | { readonly kind: 'changed' | 'inserted' | 'deleted'; readonly parts: readonly DiffPart[] };

/** The rows in reading order, and the words that came and went. */
export type TextDiff = {
  readonly rows: readonly DiffRow[];
  readonly insertedCount: number;
  readonly deletedCount: number;
};

/** Compares two texts. Paragraphs are lines; empty lines do not count. */
export function compareTexts(before: string, after: string): TextDiff {
  const [old, current] = [before, after].map((text) => text.split('\n').filter((line) => line.trim() !== ''));
  if (old === undefined || current === undefined) return { rows: [], insertedCount: 0, deletedCount: 0 };
  const changes = diffArrays(old, current, { maxEditLength: paragraphEditsMax }) ?? [
    { value: old, removed: true, added: false },
    { value: current, removed: false, added: true },
  ];
  const rows: DiffRow[] = [];
  let removed: readonly string[] = [];
  for (const change of changes) {
    if (change.removed) {
      removed = change.value;
      continue;
    }
    if (change.added) rows.push(...compareParagraphs(removed, change.value));
    else rows.push(...compareParagraphs(removed, []), { kind: 'same', count: change.value.length });
    removed = [];
  }
  rows.push(...compareParagraphs(removed, []));
  return { rows, insertedCount: countWords(rows, 'inserted'), deletedCount: countWords(rows, 'deleted') };
}

/** Paragraphs that stand in the place of others, one by one; what has no partner came or went. */
function compareParagraphs(old: readonly string[], current: readonly string[]): readonly DiffRow[] {
  return Array.from({ length: Math.max(old.length, current.length) }, (_, index): DiffRow => {
    const before = old[index];
    const after = current[index];
    if (before === undefined) return { kind: 'inserted', parts: [{ kind: 'inserted', text: after ?? '' }] };
    if (after === undefined) return { kind: 'deleted', parts: [{ kind: 'deleted', text: before }] };
    return { kind: 'changed', parts: compareWords(before, after) };
  });
}

/** Compares two paragraphs by words; two that have next to nothing in common are given whole. */
export function compareWords(before: string, after: string): readonly DiffPart[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: wordEditsMax });
  if (changes === undefined) {
    return [
      { kind: 'deleted', text: before },
      { kind: 'inserted', text: after },
    ];
  }
  return changes.map(({ value, added, removed }) => ({
    kind: added ? 'inserted' : removed ? 'deleted' : 'same',
    text: value,
  }));
}

function countWords(rows: readonly DiffRow[], kind: 'inserted' | 'deleted'): number {
  const texts = rows.flatMap((row) => (row.kind === 'same' ? [] : row.parts.filter((part) => part.kind === kind)));
  return texts.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
}
