import type { CueKind } from '#src/core/stance/cues.ts';

/** The stances of a tagging, the report before the dispute. */
export const STANCES = ['supports', 'reports', 'disputes'] as const;

/** What an article does with a claim: states it itself, reports somebody who states it, or disputes it. */
export type Stance = (typeof STANCES)[number];

/**
 * One requirement: a list of terms of which one must be found (`$set` stands for a whole set, `@entity` for a mention of it, `regex:` for a
 * linear-time pattern), or an amount such as `$4.9m..$6.1m`, `about $5.6m +-12%` or `1,900..2,200 GPUs`.
 */
export type GroupDefinition =
  | string
  | readonly string[]
  | { readonly any: readonly string[] }
  | { readonly amount: string };

/** One way to state a claim: `all` groups in any order, or `in-order`. */
export type WayDefinition = {
  readonly all?: readonly GroupDefinition[] | undefined;
  readonly 'in-order'?: readonly GroupDefinition[] | undefined;
  readonly not?: readonly string[] | undefined;
  readonly within?: string | undefined;
  readonly reference?: 'near' | 'named' | undefined;
  readonly candidate?: boolean | undefined;
};

/** An example with more than a text: a headline of its own, or the stance it must get. */
export type ExampleDefinition =
  | string
  | { readonly title?: string | undefined; readonly text: string; readonly stance?: Stance | undefined };

/** A tracked claim as a person writes it; only `id`, `short` and `statement` are needed. */
export type ClaimDefinition = WayDefinition & {
  readonly id: string;
  readonly short: string;
  readonly statement: string;
  readonly about?: string | readonly string[] | undefined;
  readonly beside?: readonly string[] | undefined;
  readonly ways?: readonly WayDefinition[] | undefined;
  readonly records?: readonly string[] | undefined;
  readonly conflicts?: string | undefined;
  readonly 'disputed-by'?: readonly string[] | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly stance?:
    | {
        readonly usual?: 'supports' | 'reports' | undefined;
        readonly ignore?: readonly CueKind[] | undefined;
        readonly speakers?: readonly string[] | undefined;
        readonly 'not-speakers'?: readonly string[] | undefined;
        readonly 'keep-report'?: boolean | undefined;
        readonly hypothetical?: 'counts' | undefined;
      }
    | undefined;
  readonly examples?:
    | {
        readonly match?: readonly ExampleDefinition[] | undefined;
        readonly 'no-match'?: readonly ExampleDefinition[] | undefined;
      }
    | undefined;
};

/** A topic: an article that holds one of `any` (beside one of `near`, when given, and none of `not`) mentions it; `also` are words that go on about it once it was. */
export type TopicDefinition = {
  readonly id: string;
  readonly any: readonly string[];
  readonly near?: readonly string[] | undefined;
  readonly also?: readonly string[] | undefined;
  readonly not?: readonly string[] | undefined;
};

/**
 * A company, person or product: its names, and the descriptions that stand for it once it was named. A `thing` (a practice, a place) acts in no
 * sentence, so that naming it does not change who the sentence is about.
 */
export type EntityDefinition = {
  readonly description?: string | undefined;
  readonly kind?: 'actor' | 'thing' | undefined;
  readonly names: readonly string[];
  readonly also?: readonly string[] | undefined;
};

/**
 * What amounts of one unit can measure ("training run", "total spend"): an amount belongs to the measure whose words stand nearest in its
 * sentence. A measure without words takes what is left of its unit.
 */
export type MeasureDefinition = {
  readonly name: string;
  readonly unit: string;
  readonly any?: readonly string[] | undefined;
};

/** The sections of a ledger that decide what is found in articles. */
export type LedgerDefinition = {
  readonly topics: readonly TopicDefinition[];
  readonly entities?: Readonly<Record<string, EntityDefinition>> | undefined;
  readonly sets?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly measures?: readonly MeasureDefinition[] | undefined;
  readonly claims: readonly ClaimDefinition[];
};
