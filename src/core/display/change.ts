/** The words for what became of a quote, and for a page that cannot be looked at. */
import type { DigestQuote, QuoteChange } from '#src/core/digest/digest.ts';
import { compareWords, type DiffPart } from '#src/core/watch/version-diff.ts';
import { asSentence, quoteText, shortenQuote, showLine } from './text.ts';
import { type Calendar, formatDay, formatMoment, localDay } from './time.ts';

/**
 * How a changed quote is told: a short tag, when it happened as far as we know (between two looks), and for an altered one its words
 * with what was struck and put in.
 */
export type ShownChange = {
  readonly tag: string;
  readonly between: string;
  readonly parts: readonly DiffPart[] | null;
};

/** The change of a quote in words. */
export function describeChange(change: QuoteChange, calendar: Calendar): ShownChange {
  const [last, seen] = [change.lastThereAt, change.seenAt].map((moment) => formatMoment(moment, calendar));
  if (change.kind === 'gone' || change.words === null) {
    const day = formatDay(localDay(Temporal.Instant.from(change.seenAt), calendar.zone), calendar);
    return {
      tag: `no longer on the page since ${day}`,
      between: `It was taken away between ${last} and ${seen}.`,
      parts: null,
    };
  }
  const parts = compareWords(showLine(change.was), showLine(change.words));
  return { tag: 'wording changed', between: `It was changed between ${last} and ${seen}.`, parts };
}

/** Since when and why a page cannot be looked at, as sentences. */
export function describeUnseen(unseen: { readonly since: string; readonly words: string }, calendar: Calendar): string {
  return `${asSentence(showLine(unseen.words))} Since ${formatMoment(unseen.since, calendar)}. Nothing is known to have changed.`;
}

/** What is to be said below a quote where nothing can be struck or underlined; null when it stands as it was. */
export function describeFate(quote: DigestQuote, calendar: Calendar): string | null {
  // Digests that were frozen before quotes were followed have neither key.
  const change = quote.change ?? null;
  const unseen = quote.unseen ?? null;
  const said = change === null ? null : tellChange(change, { quote, calendar });
  const hidden = unseen === null ? null : describeUnseen(unseen, calendar);
  return [said, hidden].filter((words) => words !== null).join(' ') || null;
}

function tellChange(
  change: QuoteChange,
  { quote, calendar }: { readonly quote: DigestQuote; readonly calendar: Calendar },
): string {
  const { tag, between } = describeChange(change, calendar);
  if (change.words === null) return `${asSentence(tag)} ${between}`;
  const isOld = quote.quote === change.was;
  const other = shortenQuote(isOld ? change.words : change.was);
  const marked = `${quoteText(other.text, quote.lang)}${other.isShortened ? ' […]' : ''}`;
  return `${asSentence(tag)} ${isOld ? 'It now says' : 'It said'} ${marked} ${between}`;
}
