import { expect, test } from 'vitest';
import { addSources } from '#src/config/edit-ledger.ts';
import { LedgerError } from '#src/core/ledger-error.ts';

const head = 'version: 1\nname: A  # ours\ntopics: [ {id: lake, any: [lake]} ]\nclaims: []\n';
const tide = { url: 'https://tide.example/feed', name: 'Tide: "Time"' };
const plain = { url: 'https://plain.example/rss', name: null };
const written = `- url: https://tide.example/feed\n  name: 'Tide: "Time"'\n- url: https://plain.example/rss\n`;

function check(before: string, after: string): void {
  const edited = addSources(before, [tide, plain]);
  expect(edited.text).toBe(after);
  expect(edited.added).toEqual([tide, plain]);
  expect(edited.ledger.sources.slice(-2).map(({ url }) => url)).toEqual([tide.url, plain.url]);
}

const indented = written.replace(/^/gm, '  ').trimEnd();

test('addSources writes after the last source and leaves the rest as it was', () => {
  const list = `${head}# what we read\nsources:\n  - url: https://a.example/  # daily\n    name: A\n\n`;
  const rest = '# watched\npages: [{url: "https://p.example/"}]\n';
  check(`${list}${rest}`, `${list.trimEnd()}\n${indented}\n\n${rest}`);
});

test('addSources keeps a list without indentation and a file without a last line feed', () => {
  const list = `${head}sources:\n- {url: "https://a.example/", every: 2h}`;
  check(list, `${list}\n${written}`);
});

test.each([
  ['an empty list', 'sources: []\n'],
  ['no list', ''],
  ['a list in brackets', 'sources: [{url: "https://a.example/"}]\n'],
])('addSources fills %s and keeps comments', (_, list) => {
  const { text, ledger, added } = addSources(`${head}${list}# the end\n`, [tide, plain]);
  expect(added).toHaveLength(2);
  expect(ledger.sources).toHaveLength(list.includes('a.example') ? 3 : 2);
  expect(text).toContain('# ours');
  expect(text).toContain('# the end');
});

test('addSources adds nothing that is listed already', () => {
  const text = `${head}sources:\n  - url: https://TIDE.example/feed#top\n`;
  expect(addSources(text, [tide])).toMatchObject({ text, added: [] });
});

test('addSources refuses a ledger with mistakes, and sources that would make some', () => {
  expect(() => addSources('version: 2\n', [tide])).toThrow(LedgerError);
  expect(() => addSources(head, [{ url: 'ftp://tide.example/', name: null }])).toThrow(LedgerError);
});
