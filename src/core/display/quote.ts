import { type Stance, stances } from '#src/core/digest/balance.ts';
import type { DigestQuote } from '#src/core/digest/digest.ts';

/** A quote with every stance that its article takes in these same words, in the usual order. */
export type JoinedQuote<Quote> = { readonly quote: Quote; readonly stances: readonly Stance[] };

/** Quotes of one claim, each of an article's sentences once: one that reports a claim and disputes it is read once, with both stances. */
export function joinSameWords<Quote extends DigestQuote>(quotes: readonly Quote[]): readonly JoinedQuote<Quote>[] {
  const groups = Map.groupBy(quotes, wordsKey);
  return [...groups.values()].flatMap((group) => {
    const [quote] = group;
    const taken = stances.filter((stance) => group.some((each) => each.stance === stance));
    return quote === undefined ? [] : [{ quote, stances: taken }];
  });
}

/** Whether two quotes are the same sentence of the same article. */
export function isSameSentence(a: DigestQuote, b: DigestQuote): boolean {
  return wordsKey(a) === wordsKey(b);
}

/** What was changed or answered is told of each stance for itself. */
function wordsKey({ articleId, quote, speaker, change, answer, judgedBy }: DigestQuote): string {
  return JSON.stringify([articleId, quote, speaker, change ?? null, answer ?? null, judgedBy ?? null]);
}
