import { html, type View } from '../html.ts';

/** A part of a long table. `page` counts from 1. */
export type TablePart<Row> = { readonly rows: readonly Row[]; readonly page: number; readonly hasNext: boolean };

/** The rows of one page of a table; a page after the last one is empty. */
export function cutTable<Row>(
  rows: readonly Row[],
  at: { readonly page: number; readonly rowsMax: number },
): TablePart<Row> {
  const start = (at.page - 1) * at.rowsMax;
  return { rows: rows.slice(start, start + at.rowsMax), page: at.page, hasNext: start + at.rowsMax < rows.length };
}

/** Links to the pages around; nothing for a table that fits on one. */
export function pageLinks(part: TablePart<unknown>, hrefOf: (page: number) => string): View {
  if (part.page === 1 && !part.hasNext) return null;
  return html`<p class="paging">${part.page > 1 && html`<a class="button" href=${hrefOf(part.page - 1)}>Previous</a>`} ${part.hasNext && html`<a class="button" href=${hrefOf(part.page + 1)}>Next</a>`}</p>`;
}
