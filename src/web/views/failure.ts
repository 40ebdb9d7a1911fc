import { html, type View } from '../html.ts';
import { searchForm } from './facets.ts';
import type { PageContent } from './shell.ts';

/** What went wrong, for the person who asked. `reference` is how the log names it. */
export type Failure = {
  readonly status: number;
  readonly reference: string;
  readonly retryAfterSeconds: number | null;
};

/** The page for an answer that is not what was asked for. */
export function failurePage(failure: Failure): PageContent {
  const words = describeFailure(failure);
  const search: View = failure.status === 404 ? searchForm('') : null;
  const doctor: View = failure.status === 500 ? html`<p><code>claimledger doctor</code> may say more.</p>` : null;
  return {
    title: words,
    place: null,
    hasOwnSearch: failure.status === 404,
    body: [html`<h1>${words}</h1>`, search, doctor],
  };
}

/** One sentence for each kind of failure. */
export function describeFailure({ status, reference, retryAfterSeconds }: Failure): string {
  if (status === 404) return 'There is no such page.';
  if (status === 403) return 'This form was not drawn for you. Open the page again, then answer.';
  if (status === 413) return 'That is more than this service reads.';
  if (status === 429) return `Too many requests. Try again in ${retryAfterSeconds ?? 1} seconds.`;
  if (status === 503) return 'The service is stopping or starting. Try again in a moment.';
  if (status < 500) return 'This cannot be read.';
  return `Something broke here. It is logged as ${reference}.`;
}
