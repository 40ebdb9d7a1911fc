import { stances } from '#src/core/digest/balance.ts';
import { showLine } from '#src/core/display/text.ts';
import { type FeedFormat, feedFormats, feedHref } from '#src/core/output/feed.ts';
import type { SavedQuery } from '#src/io/db/saved-queries.ts';
import { html, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import { searchHref } from './facets.ts';
import type { PageContent } from './shell.ts';
import { section, stanceLabel } from './words.ts';

const formatNames: Readonly<Record<FeedFormat, string>> = { atom: 'Atom', json: 'JSON Feed' };

/** What has a feed of its own. */
export type FeedList = {
  readonly claims: readonly { readonly id: string; readonly statement: string }[];
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly queries: readonly SavedQuery[];
  /** Who may take searches away that were saved on the pages; null = nobody is signed in. */
  readonly session: WebSession | null;
};

/** The page that lists every feed. */
export function feedsPage({ claims, sources, queries, session }: FeedList): PageContent {
  const of = (kind: string, id: string): string => `/feeds/${kind}/${encodeURIComponent(id)}`;
  const body = [
    html`<h1>Feeds</h1><p class="lead">For any feed reader: new quotes and articles as they come. Every search has a feed too; its links stand below the hits.</p>`,
    list('everything', 'Everything', [
      row('/feeds/digest', 'The daily digest'),
      row('/feeds/articles', 'All articles'),
      ...stances.map((stance) => row(of('stances', stance), stanceLabel(stance))),
    ]),
    list(
      'claims',
      'Claims',
      claims.map(({ id, statement }) => row(of('claims', id), showLine(statement))),
    ),
    queries.length > 0 &&
      list(
        'queries',
        'Saved searches',
        queries.map((saved) => [row(of('queries', saved.id), drawSaved(saved)), drawRemove(saved, session)]),
      ),
    sources.length > 0 &&
      list(
        'sources',
        'Sources',
        sources.map(({ id, name }) => row(of('sources', id), html`<span dir="auto">${showLine(name)}</span>`)),
      ),
  ];
  return { title: 'Feeds', place: null, feed: { href: '/feeds/digest', title: 'The daily digest' }, body };
}

function drawSaved({ name, query }: SavedQuery): View {
  return html`<a href=${searchHref(query)} dir="auto">${showLine(name)}</a>`;
}

function drawRemove({ id, name, isFromLedger }: SavedQuery, session: WebSession | null): View {
  if (session === null || isFromLedger) return null;
  return html`<li><form method="post" action=${`/feeds/queries/${encodeURIComponent(id)}/remove`}><input type="hidden" name="csrf" value=${session.csrf} /><button>Remove “${showLine(name)}”</button></form></li>`;
}

function list(id: string, heading: string, rows: readonly View[]): View {
  return section({ id, heading, body: html`<ul class="rows">${rows}</ul>` });
}

function row(href: string, words: View): View {
  return html`<li>${words} <span class="meta">${formatNamesOf(href, words)}</span></li>`;
}

/** Links of one feed in both forms; `words` tell which feed it is to those who only hear the links. */
export function formatNamesOf(href: string, words: View): View {
  return feedFormats.map(
    (format, index) =>
      html`${index > 0 && ' · '}<a href=${feedHref(href, format)}>${formatNames[format]}<span class="vh">: ${words}</span></a>`,
  );
}
