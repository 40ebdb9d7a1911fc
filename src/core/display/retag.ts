/** A preview of re-tagging in words. */
import { countOf } from '#src/core/digest/digest.ts';
import type { RetagChange } from '#src/core/tagging/retagging.ts';
import { quoteText, shortenQuote, showLine } from './text.ts';

/** The line that stands wherever a reader could take old judgements for new ones; null when there is nothing to say. */
export function describeOutdated(count: number): string | null {
  if (count === 0) return null;
  return `${countOf(count, 'stored article')} ${count === 1 ? 'was' : 'were'} judged by earlier rules; "claimledger claims retag" shows what would change.`;
}

/** How many quotes change and how, as one sentence without its full stop: "12 quotes gained, 3 lost, 1 changes stance". */
export function describeChanges(counts: { readonly [Kind in RetagChange['kind']]: number }): string {
  return [
    `${countOf(counts.gained, 'quote')} gained`,
    `${counts.lost} lost`,
    someOf(counts.stance, ['changes stance', 'change stance']),
    someOf(counts.counted, ['counts that waited for review', 'count that waited for review']),
    someOf(counts.uncounted, ['waits for review that counted', 'wait for review that counted']),
    someOf(counts.quote, ['stands on other words', 'stand on other words']),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** One change as lines for a terminal: what happens, then the words. */
export function describeChange(change: RetagChange): readonly string[] {
  const { kind, before, after } = change;
  const side = after ?? before;
  if (side === null) return [];
  const turn = before !== null && after !== null ? `${before.stance} -> ${after.stance}` : side.stance;
  const head = {
    gained: `gained, ${side.stance}`,
    lost: `lost, ${side.stance}`,
    stance: turn,
    counted: `counts now, ${side.stance}`,
    uncounted: `waits for review, ${side.stance}`,
    quote: `other words, ${side.stance}`,
  }[kind];
  const isMoved = before !== null && after !== null && before.quote !== after.quote;
  return [head, ...(isMoved ? [`was ${quoteOf(before.quote)}`] : []), quoteOf(side.quote)];
}

function quoteOf(quote: string): string {
  return quoteText(showLine(shortenQuote(quote).text), null);
}

function someOf(count: number, verbs: readonly [one: string, many: string]): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? verbs[0] : verbs[1]}`;
}
