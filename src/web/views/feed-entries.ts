/** What an entry of a feed says: the same words as on the pages, as plain markup. */
import type { DigestContent, DigestQuote } from '#src/core/digest/digest.ts';
import { nameSpeaker } from '#src/core/display/digest.ts';
import { quoteText, showLine } from '#src/core/display/text.ts';
import type { FeedEntry } from '#src/core/output/feed.ts';
import type { ArticleRow } from '#src/io/db/article-reads.ts';
import { html, renderFragment } from '../html.ts';
import { stanceWords } from './words.ts';

/** Letters of a quote in the title of its entry. */
const titleLengthMax = 120;

/** A quote as an entry; `site` is the address of the pages, without a slash at its end. */
export function quoteEntry(quote: DigestQuote, site: string): FeedEntry {
  const line = showLine(quote.quote);
  const short = line.length > titleLengthMax ? `${line.slice(0, titleLengthMax).trimEnd()}…` : line;
  const { change } = quote;
  const said =
    change === null
      ? null
      : html`<p>${change.kind === 'gone' ? 'The quote is no longer on the page.' : `Its publisher changed it to: ${showLine(change.words ?? '')}`}</p>`;
  const body = html`<div>
    <blockquote lang=${quote.lang} dir="auto"><p>${quoteText(line, quote.lang)}</p></blockquote>
    <p>${stanceWords[quote.stance]} <a href=${`${site}/claims/${encodeURIComponent(quote.claim)}`}>${quote.claim}</a>. ${nameSpeaker(quote)}, ${showLine(quote.outlet)}: ${showLine(quote.title)}</p>${said}
  </div>`;
  return {
    key: `quote ${quote.url ?? quote.articleId} ${quote.claim} ${quote.stance} ${quote.quote}`,
    title: `${stanceWords[quote.stance]} ${quote.claim}: ${short}`,
    url: `${site}/articles/${quote.articleId}#e${quote.taggingId}`,
    updated: change?.seenAt ?? quote.storedAt,
    published: quote.storedAt,
    author: showLine(quote.speaker ?? quote.outlet),
    lang: quote.lang,
    html: renderFragment(body),
  };
}

/** An article as an entry, with the stances that it takes. */
export function articleEntry(article: ArticleRow, site: string): FeedEntry {
  const tags = article.taggings.filter(({ status }) => status === 'tag');
  const body = html`<div>
    ${tags.map(({ stance, claim, evidence }) => html`<p>${stanceWords[stance]} ${claim}</p>${evidence.slice(0, 1).map(({ quote }) => html`<blockquote lang=${article.lang} dir="auto"><p>${quoteText(showLine(quote), article.lang)}</p></blockquote>`)}`)}
    <p>${showLine(article.outlet)}</p>
  </div>`;
  return {
    key: `article ${article.url ?? article.id}`,
    title: showLine(article.title) || 'Without a title',
    url: `${site}/articles/${article.id}`,
    updated: article.firstSeenAt,
    published: article.firstSeenAt,
    author: showLine(article.outlet),
    lang: article.lang,
    html: renderFragment(body),
  };
}

/** A stored digest as an entry: its headline, and the claims that moved with the reason. */
export function digestEntry(digest: DigestContent, site: string): FeedEntry {
  const url = `${site}/digests/${digest.date}`;
  const body = html`<div><p>${digest.headline}</p>
    <ul>${digest.moved.map(({ statement, moves }) => html`<li>${showLine(statement)}: ${moves.map(({ words }) => words).join(' ')}</li>`)}</ul>
    <p><a href=${url}>The whole digest</a></p></div>`;
  return {
    key: `digest ${digest.ledger} ${digest.reader} ${digest.date}`,
    title: `${digest.date}: ${digest.headline}`,
    url,
    updated: digest.window.end,
    published: digest.window.end,
    author: null,
    lang: 'en',
    html: renderFragment(body),
  };
}
