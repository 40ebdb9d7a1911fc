import { describeChange } from '#src/core/display/change.ts';
import { quoteText, shortenQuote } from '#src/core/display/text.ts';
import type { Calendar } from '#src/core/display/time.ts';
import type { ArticlePage } from '#src/io/db/article-reads.ts';
import type { ArticleQuote } from '#src/io/db/quote-fates.ts';
import { html, type View } from '../html.ts';
import { claimLink } from './articles.ts';
import { drawAltered } from './quote.ts';
import { section, stanceLabel } from './words.ts';

/** What the page of an article needs to tell of its quotes: the statements of the claims by their ids. */
type Drawing = { readonly calendar: Calendar; readonly statements: ReadonlyMap<string, string> };

/** The quotes of earlier versions that the publisher has changed or taken away; nothing while all stand as they were. */
export function changedSection(article: ArticlePage, draw: Drawing): View {
  const changed = article.quotes.filter(({ state }) => state === 'altered' || state === 'gone');
  if (changed.length === 0) return null;
  const body = changed.map((quote) => drawChanged(quote, article, draw));
  return section({ id: 'changed', heading: 'Quotes that have changed', note: 'since we first read them', body });
}

function drawChanged(quote: ArticleQuote, article: ArticlePage, draw: Drawing): View {
  const { state, words, lastThereAt, seenAt, version, foundVersion } = quote;
  if (lastThereAt === null || seenAt === null || foundVersion === null) return null;
  const kind = state === 'altered' ? 'altered' : 'gone';
  const change = describeChange(
    { kind, was: quote.quote, words, lastThereAt, seenAt, version, foundVersion },
    draw.calendar,
  );
  const { text, isShortened } = shortenQuote(quote.quote);
  return html`<figure class="quote ${quote.stance}" id="e${quote.taggingId}">
    <p class="who">${stanceLabel(quote.stance)} ${claimLink(quote.claim, draw.statements)}</p>
    <blockquote lang=${article.lang} dir="auto"><p>${change.parts === null ? [quoteText(text, article.lang), isShortened && ' […]'] : drawAltered(change.parts, article.lang)}</p></blockquote>
    <figcaption class="meta"><span class="tag">${change.tag}</span> ${change.between} <a href="#versions">Versions ${version} and ${foundVersion}</a></figcaption>
  </figure>`;
}
