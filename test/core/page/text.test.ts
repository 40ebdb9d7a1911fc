import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { extractPage } from '#src/core/page/page.ts';

const PAGES = new URL('../../fixtures/pages/', import.meta.url);
const LABELLED_PAGES_MIN = 25;
const SHARE_MIN = 0.95;

const labelSchema = z.looseObject({
  url: z.string(),
  links: z.array(z.object({ url: z.string(), text: z.string() })),
});

type Comparison = { readonly right: number; readonly wrong: readonly string[]; readonly missed: readonly string[] };

/** Compares the links that are read on a page with those that a person marked in its body. */
function compareLinks(slug: string): Comparison {
  const label = labelSchema.parse(JSON.parse(readFileSync(new URL(`${slug}/expected.json`, PAGES), 'utf8')));
  const bytes = readFileSync(new URL(`${slug}/source.html`, PAGES));
  const { links } = extractPage({ url: label.url, bytes, contentType: null });
  const missed = label.links.map(({ url, text }) => `${slug}: "${text}" ${url}`);
  const wrong: string[] = [];
  for (const { url, text } of links) {
    const link = `${slug}: "${text}" ${url}`;
    const at = missed.indexOf(link);
    if (at < 0) wrong.push(link);
    else missed.splice(at, 1);
  }
  return { right: links.length - wrong.length, wrong, missed };
}

test('joinBlocks gives the links that a person marks in the body of the fixture pages', () => {
  const pages = readdirSync(PAGES)
    .map(compareLinks)
    .filter((page) => page.right + page.missed.length > 0);
  const right = pages.reduce((sum, page) => sum + page.right, 0);
  const wrong = pages.flatMap((page) => page.wrong);
  const missed = pages.flatMap((page) => page.missed);
  const precision = right / (right + wrong.length);
  const recall = right / (right + missed.length);
  console.log(`${pages.length} pages, links precision ${precision.toFixed(3)} recall ${recall.toFixed(3)}`);
  for (const link of wrong) console.log(`  not in the body: ${link}`);
  for (const link of missed) console.log(`  missed: ${link}`);
  expect(pages.length).toBeGreaterThanOrEqual(LABELLED_PAGES_MIN);
  expect(precision).toBeGreaterThanOrEqual(SHARE_MIN);
  expect(recall).toBeGreaterThanOrEqual(SHARE_MIN);
});

const PARAGRAPH = '<p>The clerk read the report, and found in it what the council had asked for in spring.</p>';

test.each([
  ['a list of sources', '<h3>Sources:</h3>', 2],
  ['a list of sources in another language', '<h2>Quellen</h2>', 2],
  ['any other list of links', '<h3>Around the town</h3>', 0],
])('renderBlocks keeps the links of %s as far as they are sources', (_, heading, count) => {
  const list = (name: string): string =>
    `<ul><li><a href="/${name}/1">The minutes of the meeting</a></li><li><a href="/${name}/2">The plan</a></li></ul>`;
  const html = `<article><h1>The mill</h1>${PARAGRAPH.repeat(6)}${heading}${list('a')}${PARAGRAPH}${list('b')}${PARAGRAPH}</article>`;
  expect(extractPage({ url: 'https://town.example/', html }).links).toHaveLength(count);
});

test.each([
  ['a footnote', 'in spring<a href="#n1">1</a>, they say', 'in spring, they say'],
  ['a raised mark', 'in spring<sup><a href="/x#n1">[12]</a></sup>, they say', 'in spring, they say'],
  ['a way back', 'in spring, they say <a href="#r1">↩︎</a>', 'in spring, they say'],
  ['no mark but a word', 'in <a href="#may">May</a>, they say', 'in May, they say'],
  ['no mark but a number', 'in <a href="/2025">2025</a>, they say', 'in 2025, they say'],
])('renderBlocks leaves marks of the page out of the text: %s', (_, paragraph, text) => {
  const html = `<article>${PARAGRAPH.repeat(3)}<p>${paragraph}</p></article>`;
  expect(extractPage({ url: 'https://town.example/', html }).text.split('\n\n')[3]).toBe(text);
});
