import { expect, test } from 'vitest';
import { tableOf } from '#src/cli/export-evidence.ts';
import { type EvidenceRow, evidenceColumns } from '#src/core/output/evidence-row.ts';

const row: EvidenceRow = {
  claim: 'cost',
  stance: 'reports',
  speaker: null,
  quote: '',
  field: 'text',
  start: 0,
  end: 0,
  prefix: '',
  suffix: '',
  articleId: 7,
  url: null,
  outlet: 'Post',
  title: 'A title',
  lang: null,
  publishedAt: null,
  version: 1,
  textHash: 'abc',
  textFrom: 'page',
  seenAt: '2025-02-03T09:00:00Z',
  storedAt: '2025-02-03T09:00:00Z',
  captions: null,
  second: null,
};

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])(
  'a quote that begins a formula (%j) is not run as one',
  (quote) => {
    const line = tableOf([{ ...row, quote }], false);
    expect(line).toContain(`'${quote}`);
    expect(line.startsWith('cost,reports,,')).toBe(true);
  },
);

test('a table has its columns named, commas and line breaks kept inside their cell', () => {
  expect(tableOf([], true)).toBe(`${evidenceColumns.join(',')}\r\n`);
  expect(tableOf([{ ...row, quote: 'a, "b"\nc' }], false)).toContain('"a, ""b""\nc"');
});
