import { countOf } from '#src/core/digest/digest.ts';
import { type ExcerptPart, excerpt, markHits } from '#src/core/display/hits.ts';
import { showLine, showText } from '#src/core/display/text.ts';
import { type Calendar, formatDay } from '#src/core/display/time.ts';
import {
  type ArticleQuery,
  emptyQuery,
  listSearchWords,
  queryWithout,
  writeQuery,
} from '#src/core/search/article-query.ts';
import type { ArticleRow } from '#src/io/db/article-reads.ts';
import type { SearchCounts } from '#src/io/db/article-search.ts';
import { signInHref } from '../forms.ts';
import { html, link, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import { facetsAside, searchForm, searchHref } from './facets.ts';
import { formatNamesOf } from './feeds.ts';
import { languageNote } from './quote.ts';
import type { PageContent } from './shell.ts';
import { dotted, stanceLabel, time } from './words.ts';

/** What a search found. `hint` is a query that finds more when this one finds nothing. */
export type SearchPage = {
  readonly text: string;
  readonly query: ArticleQuery;
  readonly counts: SearchCounts;
  readonly items: readonly ArticleRow[];
  readonly texts: ReadonlyMap<number, string>;
  readonly next: string | null;
  readonly hint: { readonly without: string; readonly query: string; readonly count: number } | null;
  /** Who may save the search: nobody where there is no token, and whoever is signed in. */
  readonly saving: { readonly session: WebSession | null; readonly isOpen: boolean; readonly isRefused: boolean };
  readonly calendar: Calendar;
  /** The statements of the claims, for the titles of their ids. */
  readonly statements: ReadonlyMap<string, string>;
};

/** The search page, which is also the list of all articles. */
export function articlesPage(page: SearchPage): PageContent {
  const title = page.text === '' ? 'Articles' : `Articles: ${page.text}`;
  const { asOf } = page.query;
  const body = [
    html`<h1 class="vh">${title}</h1>`,
    searchForm(page.text),
    drawChips(page),
    asOf !== null &&
      html`<p class="sub"><span class="tag">as of ${formatDay(asOf, page.calendar)}</span> What was known then, unchanged by what came later.</p>`,
    page.query.problems.map((problem) => html`<p class="sub" role="status">${problem}</p>`),
    html`<div class="found-columns">${facetsAside({ query: page.query, facets: page.counts.facets, statements: page.statements })}<div>${page.items.length === 0 ? drawNothing(page) : drawHits(page)}</div></div>`,
  ];
  return { title, place: 'articles', hasOwnSearch: true, feed: { href: feedOf(page), title }, body };
}

function drawChips({ query }: SearchPage): View {
  const filters = query.clauses.flatMap((clause) =>
    'value' in clause.node ? [{ clause, kind: clause.node.kind, value: clause.node.value }] : [],
  );
  const words = { ...query, asOf: null, clauses: query.clauses.filter(({ node }) => !('value' in node)) };
  const chips = filters.map(
    ({ clause, kind, value }) =>
      html`<a class="chip" href=${searchHref(queryWithout(query, clause))}><span class="vh">remove </span>${kind}: <b dir="auto">${showLine(value)}</b> ×</a>`,
  );
  return html`<div class="chips">${chips}${
    filters.length > 1 && html`<a class="meta" href=${searchHref(writeQuery(words))}>clear all</a>`
  }
    <details class="help"><summary>how to search</summary><dl class="dated">
      <dt>cost training</dt><dd>both words</dd>
        <dt>"5.6 million"</dt><dd>these words side by side</dd>
        <dt>cost OR price</dt><dd>one of the two</dd>
        <dt>-opinion</dt><dd>without this word</dd>
        <dt>(cost low) OR price</dt><dd>parentheses hold together what belongs together</dd>
      <dt>claim:ID</dt><dd>with a quote on this claim</dd>
        <dt>stance:disputes</dt><dd>supports, reports or disputes</dd>
        <dt>speaker:Brandt</dt><dd>quoting this person</dd>
        <dt>source:"Name"</dt><dd>of this outlet or source</dd>
        <dt>lang:de</dt><dd>in this language</dd>
        <dt>after:2025-01-20</dt><dd>from this day on; before: up to a day</dd>
        <dt>as-of:2025-01-20</dt><dd>as it was known when that day began</dd>
    </dl></details></div>`;
}

function drawHits(page: SearchPage): View {
  const words = listSearchWords(page.query);
  const next =
    page.next !== null &&
    html`<a class="button" href="${searchHref(page.text)}${page.text === '' ? '?' : '&'}cursor=${page.next}">Next</a>`;
  return html`<div class="top"><h2 class="found">${describeCount(page.counts)}</h2><p class="meta">newest first</p></div>
    ${page.items.map((article) => drawHit(article, { page, words }))}<p class="paging">${next}</p>${drawKeeping(page)}`;
}

function feedOf({ text }: SearchPage): string {
  return text === '' ? '/feeds/articles' : `/feeds/articles?q=${encodeURIComponent(text)}`;
}

/** Below the hits: the feed of this search, and saving it under a name. */
function drawKeeping(page: SearchPage): View {
  const { session, isOpen, isRefused } = page.saving;
  const feeds = html`<p class="meta">Follow this search: ${formatNamesOf(feedOf(page), 'this search')}</p>`;
  if (!isOpen || page.query.clauses.length === 0) return feeds;
  if (session === null)
    return [
      feeds,
      html`<p class="meta"><a href=${signInHref(searchHref(page.text))}>Sign in to save this search</a></p>`,
    ];
  return [
    feeds,
    isRefused && html`<p class="sub" role="status">This name is taken, or there are too many saved searches.</p>`,
    html`<details><summary>Save this search</summary><form class="search" method="post" action="/articles/save"><input type="hidden" name="csrf" value=${session.csrf} /><input type="hidden" name="q" value=${page.text} /><input name="name" required maxlength="80" aria-label="Name of the search" /><button>Save</button></form></details>`,
  ];
}

/** "54 articles from 31 independent origins"; without copies the articles alone. */
function describeCount({ articleCount, originCount, isExact }: SearchCounts): string {
  if (!isExact) return `More than ${articleCount.toLocaleString('en')} articles`;
  const articles = countOf(articleCount, 'article');
  return originCount === articleCount ? articles : `${articles} from ${countOf(originCount, 'independent origin')}`;
}

function drawHit(
  article: ArticleRow,
  { page, words }: { readonly page: SearchPage; readonly words: readonly string[] },
): View {
  const text = page.texts.get(article.id) ?? '';
  const when = article.publishedAt ?? article.firstSeenAt;
  return html`<article class="hit">
    <h3 lang=${article.lang} dir="auto">${link(`/articles/${article.id}`, drawExcerpt(markHits(showLine(article.title) || 'Without a title', words)))}</h3>
    <p class="snippet" lang=${article.lang} dir="auto">${drawExcerpt(excerpt(showText(text), words))}</p>
    <p class="meta">${dotted([html`<b dir="auto">${showLine(article.outlet)}</b>`, time(when, page.calendar), languageNote(article.lang), !article.relevant && 'mentions a topic in passing', storyNote(article)])}</p>
    ${drawStances(article, page.statements)}
  </article>`;
}

function drawExcerpt(parts: readonly ExcerptPart[]): View {
  return parts.map((part) => (part.isHit ? html`<mark>${part.text}</mark>` : part.text));
}

/** What an article repeats, or who repeats it, with a link to its story. */
export function storyNote({ id, story }: Pick<ArticleRow, 'id' | 'story'>): View {
  if (story === null) return null;
  const words = {
    original: countOf(story.copyCount, 'copy').replace(/copys$/, 'copies'),
    copy: 'a copy',
    derivative: 'retells another article',
    spun: 'a copy rewritten by a machine',
  }[story.role];
  return story.originId === id && story.copyCount === 0 ? null : link(`/stories/${story.id}`, words);
}

/** The stances of an article, each with the claims it is about; a stance never stands without its claim. */
function drawStances(article: ArticleRow, statements: ReadonlyMap<string, string>): View {
  const tags = article.taggings.filter((tagging) => tagging.status === 'tag');
  if (tags.length === 0) return null;
  const groups = [...Map.groupBy(tags, (tagging) => tagging.stance)];
  return html`<p class="stances">${groups.map(
    ([stance, taggings]) =>
      html`<span>${stanceLabel(stance)} ${taggings.map((tagging, index) => [index > 0 && ', ', claimLink(tagging.claim, statements)])}</span>`,
  )}</p>`;
}

/** A claim's id, linked, with its statement behind it. */
export function claimLink(id: string, statements: ReadonlyMap<string, string>): View {
  return link(`/claims/${encodeURIComponent(id)}`, id, { title: showLine(statements.get(id) ?? id) });
}

function drawNothing(page: SearchPage): View {
  if (page.query === emptyQuery || page.text.trim() === '') {
    return html`<p class="lead">No article has been kept yet. Articles that mention a topic of the ledger appear here.</p>`;
  }
  const { hint } = page;
  return html`<p class="lead">No article has all of these: ${page.text}${hint !== null && html`. Without “${hint.without}” there ${hint.count === 1 ? 'is' : 'are'} <a href=${searchHref(hint.query)}>${hint.count}</a>`}.</p>`;
}
