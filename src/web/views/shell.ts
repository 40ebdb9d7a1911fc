import type { VNode } from 'preact';
import { feedFormats, feedHref, feedTypes } from '#src/core/output/feed.ts';
import { html, renderDocument, type View } from '../html.ts';

/** What every page needs around its content. The counts stand in the header, where something waits. */
export type Shell = {
  readonly ledgerName: string;
  readonly zone: string;
  readonly failingCount: number;
  readonly waiting: { readonly count: number; readonly hasMore: boolean };
  readonly sheetHref: string;
  readonly keysHref: string;
  /** Whether whoever reads the pages may ask for the daily mail. */
  readonly canSubscribe: boolean;
};

/** The place in the navigation; null = none of them. */
export type Place = 'today' | 'claims' | 'articles' | 'sources' | 'review' | null;

/** A page: its title, its place, and its content. The search page brings its own field. */
export type PageContent = {
  readonly title: string;
  readonly place: Place;
  readonly hasOwnSearch?: boolean;
  /** The feed of what the page shows: its address without its ending, and its name. */
  readonly feed?: { readonly href: string; readonly title: string };
  readonly body: View;
};

const places = [
  ['today', '/', 'Today'],
  ['claims', '/claims', 'Claims'],
  ['articles', '/articles', 'Articles'],
  ['sources', '/sources', 'Sources'],
  ['review', '/review', 'Review'],
] as const;

/** The whole document of a page. */
export function renderPage(shell: Shell, page: PageContent): string {
  return renderDocument(html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${page.title} · ${shell.ledgerName}</title>
      <link rel="stylesheet" href=${shell.sheetHref} />
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      ${page.feed !== undefined && feedLinks(page.feed)}
      <script src=${shell.keysHref} defer></script>
    </head>
    <body>
      <a class="skip" href="#main">Skip to content</a>
      ${header(shell, page)}
      <main id="main" tabindex="-1">${page.body}</main>
      ${footer(shell)}
    </body>
  </html>`);
}

function feedLinks({ href, title }: NonNullable<PageContent['feed']>): View {
  return feedFormats.map(
    (format) => html`<link rel="alternate" type=${feedTypes[format]} href=${feedHref(href, format)} title=${title} />`,
  );
}

function footer({ zone, canSubscribe }: Shell): VNode {
  return html`<footer><p>Times are ${zone}</p>
    <ul>${[
      ['/digests', 'All days'],
      ['/jobs', 'Jobs'],
      ['/feeds', 'Feeds'],
      ['/api/openapi.json', 'API'],
      ['/settings', 'Settings'],
      ...(canSubscribe ? [['/subscribe', 'By mail']] : []),
    ].map(([href, word]) => html`<li><a href=${href}>${word}</a></li>`)}</ul>
    <p>The ledger collects what is said. It does not say whether a claim is true.</p></footer>`;
}

function header(shell: Shell, page: PageContent): VNode {
  return html`<header><div class="bar">
    <p class="name"><a href="/">claimledger</a> <span>${shell.ledgerName}</span></p>
    <nav aria-label="Main"><ul>${places.map(([place, href, word]) => {
      const isCurrent = place === page.place;
      return html`<li><a href=${href} aria-current=${isCurrent ? 'page' : null}>${word}${place === 'sources' && failing(shell.failingCount)}${place === 'review' && drawWaiting(shell.waiting)}</a></li>`;
    })}</ul></nav>
    ${page.hasOwnSearch !== true && html`<form role="search" action="/articles"><input type="search" name="q" aria-label="Search articles" placeholder="Search" /></form>`}
  </div></header>`;
}

function drawWaiting({ count, hasMore }: Shell['waiting']): View {
  return count > 0 && html` <b>${count}${hasMore && '+'}<span class="vh"> waiting</span></b>`;
}

function failing(count: number): View {
  return count > 0 && html` <b class="fault">${count}<span class="word"> failing</span></b>`;
}
