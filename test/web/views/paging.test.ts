import { expect, test } from 'vitest';
import { html, renderDocument } from '#src/web/html.ts';
import { cutTable, pageLinks } from '#src/web/views/paging.ts';

const rows = [1, 2, 3, 4, 5];

test.each([
  [1, [1, 2], true, ['/t?page=2']],
  [2, [3, 4], true, ['/t?page=1', '/t?page=3']],
  [3, [5], false, ['/t?page=2']],
  [9, [], false, ['/t?page=8']],
])('page %i of a table of five by two', (page, shown, hasNext, hrefs) => {
  const part = cutTable(rows, { page, rowsMax: 2 });
  expect(part).toEqual({ rows: shown, page, hasNext });
  const text = renderDocument(html`<div>${pageLinks(part, (to) => `/t?page=${to}`)}</div>`);
  expect([...text.matchAll(/href="([^"]+)"/g)].map((match) => match[1])).toEqual(hrefs);
});

test('a table that fits on one page has no links', () => {
  expect(pageLinks(cutTable(rows, { page: 1, rowsMax: 5 }), String)).toBeNull();
});
