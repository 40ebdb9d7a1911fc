/** What a search can be narrowed down by: chosen values first, then those that are left with how many articles have them. */

import { stances } from '#src/core/digest/balance.ts';
import { languageName, showLine } from '#src/core/display/text.ts';
import {
  type ArticleQuery,
  type QueryClause,
  queryWithout,
  writeFilter,
  writeQuery,
} from '#src/core/search/article-query.ts';
import type { Facets } from '#src/io/db/article-search.ts';
import { html, type View } from '../html.ts';
import { stanceLabel } from './words.ts';

/** The facets in the order of the page. */
const headings = [
  ['stance', 'Stance'],
  ['claim', 'Claim'],
  ['source', 'Source'],
  ['lang', 'Language'],
] as const;

type Kind = (typeof headings)[number][0];

/** What the facets are drawn from. */
export type FacetsFigure = {
  readonly query: ArticleQuery;
  readonly facets: Facets;
  readonly statements: ReadonlyMap<string, string>;
};

/** The facets beside the hits; on a phone one disclosure above them. */
export function facetsAside(figure: FacetsFigure): View {
  const groups = headings.map(([kind, heading]) => drawFacet(figure, { kind, heading }));
  if (groups.every((group) => group === null)) return null;
  return html`<details class="facets"><summary>Narrow down</summary><nav aria-label="Narrow down">${groups}</nav></details>`;
}

/** The search field with its button. */
export function searchForm(text: string): View {
  return html`<form class="search" role="search" action="/articles"><input type="search" name="q" value=${text} aria-label="Search articles" autocomplete="off" spellcheck="false" /><button class="filled">Search</button></form>`;
}

/** The search page with a query. */
export function searchHref(query: string): string {
  return query === '' ? '/articles' : `/articles?q=${encodeURIComponent(query)}`;
}

function drawFacet(figure: FacetsFigure, { kind, heading }: { readonly kind: Kind; readonly heading: string }): View {
  const { query, facets } = figure;
  const chosen = query.clauses.flatMap((clause) =>
    clause.node.kind === kind ? [{ clause, value: clause.node.value }] : [],
  );
  const left = (facets[kind] ?? []).filter(({ value }) => !chosen.some((each) => isSame(each.value, value)));
  if (chosen.length + left.length === 0) return null;
  const text = writeQuery(query);
  return html`<h3>${heading}</h3><ul>
    ${chosen.map(({ clause, value }) => drawChosen(figure, { kind, clause, value }))}
    ${left.map(
      ({ value, count }) =>
        html`<li><a href=${searchHref(`${text} ${writeFilter(kind, value)}`.trim())}>${drawValue(kind, value, figure)}</a> <span class="count">${count}</span></li>`,
    )}</ul>`;
}

function drawChosen(
  figure: FacetsFigure,
  { kind, clause, value }: { readonly kind: Kind; readonly clause: QueryClause; readonly value: string },
): View {
  return html`<li class="chosen"><b>${drawValue(kind, value, figure)}</b> <a href=${searchHref(queryWithout(figure.query, clause))}>remove<span class="vh"> ${showLine(value)}</span></a></li>`;
}

function drawValue(kind: Kind, value: string, { statements }: FacetsFigure): View {
  const stance = kind === 'stance' ? stances.find((known) => known === value) : undefined;
  if (stance !== undefined) return stanceLabel(stance);
  if (kind === 'lang') return languageName(value);
  if (kind === 'claim') return html`<span title=${showLine(statements.get(value) ?? value)}>${value}</span>`;
  return html`<span dir="auto">${showLine(value)}</span>`;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
