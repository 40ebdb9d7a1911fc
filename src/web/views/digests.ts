import { countOf } from '#src/core/digest/digest.ts';
import { formatLongDay } from '#src/core/display/time.ts';
import { html } from '../html.ts';
import type { PageContent } from './shell.ts';

/** The page of all days that have a digest, newest first. `next` is the address of the older ones. */
export function digestsPage(dates: readonly string[], next: string | null): PageContent {
  const days = html`<ul class="lines">${dates.map((date) => html`<li><a href="/digests/${date}">${formatLongDay(date)}</a></li>`)}</ul>`;
  const more = next !== null && html`<p><a class="button" href=${next}>Older days</a></p>`;
  const body = dates.length === 0 ? html`<p class="lead">No digest has been written yet.</p>` : [days, more];
  return {
    title: 'All days',
    place: null,
    body: [html`<h1>All days</h1><p class="sub">${countOf(dates.length, 'digest')} shown, newest first.</p>`, body],
  };
}
