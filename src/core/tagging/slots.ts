import { meetsAmount } from '#src/core/claim/amount.ts';
import type { CompiledClaim, CompiledWay, Slot } from '#src/core/claim/language.ts';
import type { Focus } from './focus.ts';
import type { Reading, ReadQuantity } from './reading.ts';

/** What met one slot of a way: token numbers (both included; -1 when the whole sentence met it), and how sure the reference is. */
export type SlotMatch = {
  readonly slot: number;
  readonly label: string;
  readonly sentence: number;
  readonly first: number;
  readonly last: number;
  readonly weight: number;
  readonly quantity: ReadQuantity | null;
  readonly isEntity: boolean;
};

/** One way tried at one sentence. */
export type Attempt = {
  readonly reading: Reading;
  readonly focus: Focus;
  readonly way: CompiledWay;
  readonly claim: CompiledClaim;
  readonly sentence: number;
};

/** Everything within a range of tokens that could meet one slot. */
export function positionsOf(
  attempt: Attempt,
  at: {
    readonly slot: Slot;
    readonly index: number;
    readonly range: { readonly first: number; readonly last: number };
  },
): SlotMatch[] {
  const { reading } = attempt;
  const { slot, index, range } = at;
  if (slot.kind === 'amount') return amountPositions(attempt, { ...at, amount: slot.amount });
  const words = slot.terms
    .flatMap((term) => reading.hits.of(term))
    .filter((hit) => hit.first >= range.first && hit.last <= range.last)
    .map((hit) => toMatch(attempt, { slot: index, hit }));
  return [...words, ...entityPositions(attempt, { slot, index, range }), ...patternPositions(attempt, { slot, index })];
}

function entityPositions(
  attempt: Attempt,
  at: {
    readonly slot: Extract<Slot, { kind: 'words' }>;
    readonly index: number;
    readonly range: { readonly first: number; readonly last: number };
  },
): readonly SlotMatch[] {
  const from = attempt.reading.sentenceOf[at.range.first] ?? attempt.sentence;
  const to = attempt.reading.sentenceOf[at.range.last] ?? attempt.sentence;
  return at.slot.entities.flatMap((entity) => {
    const references = Array.from({ length: to - from + 1 }, (_, offset) =>
      attempt.focus.within(entity, from + offset),
    ).flat();
    // "its" after both were named could be either: a pronoun stands for what the claim is about; "the company" may
    // also be the only one just named.
    const isSubject = attempt.claim.about.length === 0 || attempt.claim.about.includes(entity);
    return references
      .filter((reference) => {
        if (isSubject || reference.kind !== 'pronoun') return true;
        return reference.last > reference.first && attempt.focus.isSoleAntecedent(entity, reference.sentence);
      })
      .filter((reference) => reference.first >= at.range.first && reference.last <= at.range.last)
      .map((reference) => ({
        ...toMatch(attempt, { slot: at.index, hit: reference }),
        weight: reference.weight,
        isEntity: true,
      }));
  });
}

function amountPositions(
  attempt: Attempt,
  at: {
    readonly slot: Slot;
    readonly index: number;
    readonly amount: Parameters<typeof meetsAmount>[1];
    readonly range: { readonly first: number; readonly last: number };
  },
): SlotMatch[] {
  const { reading } = attempt;
  return reading.quantities.flatMap((quantity) => {
    const sentence = reading.sentences[quantity.sentence];
    if (sentence === undefined || sentence.endToken <= at.range.first || sentence.firstToken > at.range.last) return [];
    if (quantity.isRate || !meetsAmount(quantity, at.amount)) return [];
    const tokens = tokensOf(reading, quantity);
    if (tokens.first > at.range.last || tokens.last < at.range.first) return [];
    return [
      {
        slot: at.index,
        label: at.slot.label,
        sentence: quantity.sentence,
        ...tokens,
        weight: 1,
        quantity,
        isEntity: false,
      },
    ];
  });
}

function tokensOf(reading: Reading, quantity: ReadQuantity): { readonly first: number; readonly last: number } {
  const sentence = reading.sentences[quantity.sentence];
  let first = sentence?.firstToken ?? 0;
  while ((reading.ends[first] ?? Number.POSITIVE_INFINITY) <= quantity.start) first++;
  let last = first;
  while (last + 1 < (sentence?.endToken ?? 0) && (reading.starts[last + 1] ?? 0) < quantity.end) last++;
  return { first, last };
}

// Patterns run on this one sentence only, after plain words opened the way.
function patternPositions(
  attempt: Attempt,
  at: { readonly slot: Extract<Slot, { kind: 'words' }>; readonly index: number },
): readonly SlotMatch[] {
  const sentence = attempt.reading.sentences[attempt.sentence];
  if (sentence === undefined || at.slot.patterns.length === 0) return [];
  const text = attempt.reading.sentenceText(sentence);
  if (!at.slot.patterns.some((pattern) => pattern.matcher(text).find())) return [];
  return [
    {
      slot: at.index,
      label: at.slot.label,
      sentence: attempt.sentence,
      first: -1,
      last: -1,
      weight: 1,
      quantity: null,
      isEntity: false,
    },
  ];
}

/** A run of tokens as the match of a slot. */
export function toMatch(
  attempt: Attempt,
  at: { readonly slot: number; readonly hit: { readonly first: number; readonly last: number } },
): SlotMatch {
  const { first, last } = at.hit;
  const sentence = attempt.reading.sentenceOf[first] ?? attempt.sentence;
  return {
    slot: at.slot,
    label: attempt.way.slots[at.slot]?.label ?? '',
    sentence,
    first,
    last,
    weight: 1,
    quantity: null,
    isEntity: false,
  };
}
