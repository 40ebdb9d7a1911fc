import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompiledWay, Slot } from '#src/core/claim/language.ts';
import { TermHits } from '#src/core/tagging/term-hits.ts';
import { TermPlaces } from '#src/core/tagging/term-places.ts';

/** Which terms stand in each sentence; every sentence has as many words as there are terms. */
type Layout = readonly (readonly number[])[];

const TERM_COUNT = 8;

function placesOf(layout: Layout, quantities: readonly unknown[]): TermPlaces {
  const hits = new TermHits(TERM_COUNT);
  for (const [sentence, terms] of layout.entries())
    for (const term of terms) hits.add(term, sentence * TERM_COUNT + term, sentence * TERM_COUNT + term);
  const sentenceOf = Int32Array.from({ length: layout.length * TERM_COUNT }, (_, word) =>
    Math.floor(word / TERM_COUNT),
  );
  return new TermPlaces({ hits, sentenceOf, sentences: layout, quantities });
}

function wayOf(
  groups: readonly (readonly number[])[],
  window: CompiledWay['window'],
  slotCountMin: number,
): CompiledWay {
  const slots = groups.map((terms): Slot => ({ kind: 'words', label: '', terms, entities: [], patterns: [] }));
  const rest = { claim: 0, path: '', anchors: [0], isOrdered: false, isCandidateOnly: false, reference: null, not: [] };
  return { ...rest, slots, slotCountMin, slotCountSure: 0, window };
}

/** The sentences that a way can be met around. */
function windowsOf(layout: Layout, way: CompiledWay, quantities: readonly unknown[] = []): readonly number[] {
  const isWindow = placesOf(layout, quantities).findWindows(way);
  return isWindow === null ? [] : [...layout.keys()].filter(isWindow);
}

test('TermPlaces finds the sentences around which all groups stand within reach', () => {
  const layout = [[1], [], [2], [], [], [1], [2]];
  const way = wayOf([[1], [2, 3]], { kind: 'sentences', count: 2 }, 2);
  expect(windowsOf(layout, way)).toEqual([1, 5, 6]);
  expect(windowsOf(layout, { ...way, window: { kind: 'words', count: 30 } })).toEqual([]);
  expect(windowsOf(layout, { ...way, window: { kind: 'paragraph' } })).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(windowsOf(layout, wayOf([[1], [4]], { kind: 'paragraph' }, 2))).toEqual([]);
});

test('TermPlaces wants an amount somewhere where a way has one', () => {
  const way = wayOf([[1]], { kind: 'sentences', count: 1 }, 2);
  const withAmount: CompiledWay = {
    ...way,
    slots: [...way.slots, { kind: 'amount', label: '', amount: { unit: 'USD', min: 1, max: 2 } }],
  };
  expect(windowsOf([[1]], withAmount)).toEqual([]);
  expect(windowsOf([[1]], withAmount, ['an amount'])).toEqual([0]);
});

test('TermPlaces agrees with a look at every sentence, whatever groups may be missed and however long the text', () => {
  const layouts = fc.array(fc.array(fc.nat(TERM_COUNT - 1), { maxLength: 2 }), { minLength: 1, maxLength: 70 });
  const groups = fc.array(fc.array(fc.nat(TERM_COUNT - 1), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(layouts, groups, fc.nat(3), fc.integer({ min: 1, max: 80 }), (layout, terms, missed, count) => {
      const slotCountMin = Math.max(1, terms.length - missed);
      const isNear = (group: readonly number[], sentence: number) =>
        layout.some((own, other) => Math.abs(other - sentence) < count && own.some((term) => group.includes(term)));
      const wanted = [...layout.keys()].filter(
        (sentence) => terms.filter((group) => isNear(group, sentence)).length >= slotCountMin,
      );
      expect(windowsOf(layout, wayOf(terms, { kind: 'sentences', count }, slotCountMin))).toEqual(wanted);
    }),
  );
});
