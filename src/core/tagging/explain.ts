import type { CompiledClaim } from '#src/core/claim/language.ts';
import type { StanceJudgement } from '#src/core/stance/stance.ts';
import type { Candidate } from './candidates.ts';
import type { Field, Reading } from './reading.ts';

/** Why a tagging was made, as plain data: every offset is a UTF-16 index into the field named. */
export type Explanation = {
  readonly way: string;
  readonly matched: readonly {
    readonly group: string;
    readonly words: string;
    readonly field: Field;
    readonly start: number;
    readonly end: number;
    readonly amount: {
      readonly value: number | null;
      readonly min: number | null;
      readonly max: number | null;
      readonly unit: string;
    } | null;
  }[];
  readonly about: {
    readonly entity: readonly string[];
    readonly by: string;
    readonly words: string | null;
    readonly sentence: number;
  } | null;
  readonly parts: {
    readonly reference: number;
    readonly share: number;
    readonly spread: number;
    readonly title: number;
    readonly hypothetical: boolean;
  };
  readonly stance: readonly string[];
  readonly missing: readonly string[];
};

/** Puts the reasons for one tagging into words and offsets. */
export function explain(at: {
  readonly reading: Reading;
  readonly claim: CompiledClaim;
  readonly candidate: Candidate;
  readonly judgement: StanceJudgement;
  readonly isHypothetical: boolean;
}): Explanation {
  const { reading, candidate, claim } = at;
  const matched = candidate.matches
    .filter((match) => match.first >= 0)
    .sort((a, b) => a.first - b.first)
    .map((match) => {
      const { quantity } = match;
      const amount =
        quantity === null ? null : { value: quantity.value, min: quantity.min, max: quantity.max, unit: quantity.unit };
      // The tokens of "$5.6 million" begin behind its sign.
      const span = quantity === null ? spanOf(reading, match) : sliceOf(reading, quantity);
      return { group: match.label, ...span, amount };
    });
  const { about } = candidate;
  const reference =
    about === null
      ? null
      : {
          entity: claim.about,
          by: about.kind,
          words: about.first < 0 ? null : spanOf(reading, about).words,
          sentence: about.sentence,
        };
  return {
    way: candidate.way.path,
    matched,
    about: reference,
    parts: { ...candidate.parts, hypothetical: at.isHypothetical },
    stance: at.judgement.features,
    missing: candidate.missing,
  };
}

type Slice = { readonly words: string; readonly field: Field; readonly start: number; readonly end: number };

function sliceOf(reading: Reading, { field, start, end }: Omit<Slice, 'words'>): Slice {
  return { words: reading[field].slice(start, end), field, start, end };
}

function spanOf(reading: Reading, span: { readonly first: number; readonly last: number }): Slice {
  const start = reading.starts[span.first] ?? 0;
  return sliceOf(reading, { field: reading.fieldOf(span.first), start, end: reading.ends[span.last] ?? start });
}
