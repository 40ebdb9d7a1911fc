import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ExtractedPage, extractPage } from '#src/core/page/page.ts';

const PAGES = new URL('../../fixtures/pages/', import.meta.url);
const expectedSchema = z.looseObject({ url: z.string(), links: z.unknown() });

/** What a fixture states: everything but problems, and captions where there are any; links are counted over all pages, see page-text.test.ts. */
function summarise(page: ExtractedPage): unknown {
  const { links, problems, captions, ...rest } = page;
  return captions.length === 0 ? rest : { ...rest, captions };
}

test.each(readdirSync(PAGES))('extractPage reads the fixture page %s', (slug) => {
  const { links, ...expected } = expectedSchema.parse(
    JSON.parse(readFileSync(new URL(`${slug}/expected.json`, PAGES), 'utf8')),
  );
  const bytes = readFileSync(new URL(`${slug}/source.html`, PAGES));
  const page = extractPage({ url: expected.url, bytes, contentType: null });
  expect(summarise(page)).toEqual(expected);
  for (const link of page.links) expect(page.text.slice(link.start, link.end)).toBe(link.text);
  expect(structuredClone(page)).toEqual(page);
});

const SENTENCE = 'The council met on Friday, and after two hours of talk it agreed to buy the old mill by the river. ';
const ARTICLE = `<article><h1>The old mill is sold</h1>${`<p>${SENTENCE}</p>`.repeat(6)}</article>`;

test('extractPage gives an empty page for input that is not HTML', () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array([0xff, 0xfe, 0x3c]), new Uint8Array(500).fill(1)]) {
    const page = extractPage({ url: null, bytes, contentType: null });
    expect([page.title, page.kind, page.block]).toEqual([null, 'other', null]);
  }
});

test('extractPage reads a fragment without html and body tags', () => {
  const page = extractPage({ url: null, html: `<p>${SENTENCE}</p><p>${SENTENCE}</p>` });
  expect(page.text).toBe(`${SENTENCE.trim()}\n\n${SENTENCE.trim()}`);
});

test('extractPage takes the declared body only for what the page does not show', () => {
  const declared = (body: string): string =>
    `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', articleBody: body })}</script>`;
  const cut = extractPage({ url: null, html: declared(SENTENCE) + ARTICLE });
  expect([cut.method, cut.text.split('\n\n').length]).toEqual(['scored', 6]);
  const whole = extractPage({
    url: null,
    html: `${declared(SENTENCE.repeat(9))}<article><p>${SENTENCE}</p></article>`,
  });
  expect([whole.method, whole.text]).toEqual(['structured', SENTENCE.repeat(9).trim()]);
  const other = 'Another story about the harbour, the ferries and the long winter of last year. '.repeat(20);
  expect(extractPage({ url: null, html: declared(other) + ARTICLE }).method).toBe('scored');
});

test('extractPage keeps an article about walls and errors', () => {
  const lead = '<p>Verify you are human: subscribe to continue reading, accept all cookies, page not found.</p>';
  const page = extractPage({
    url: null,
    html: `<article><h1>Just a moment of the web</h1>${lead}${ARTICLE.repeat(3)}</article>`,
  });
  expect(page.block).toBeNull();
  expect(page.text).toContain('Verify you are human');
});

test('extractPage reads links against the base element and leaves share links out', () => {
  const html = `<head><base href="/2025/"></head><body><article><p>${SENTENCE}<a href="paper.pdf">the paper</a>, <a href="#note">a note</a>,
    <a href="https://x.com/intent/tweet?url=a">post</a>, <a href="javascript:alert(1)">run</a> ${SENTENCE}</p></article></body>`;
  const { links } = extractPage({ url: 'https://town.example/news/1', html });
  expect(links.map((link) => [link.url, link.text])).toEqual([['https://town.example/2025/paper.pdf', 'the paper']]);
});

test.each([
  ['nested elements', '<div>'.repeat(20_000)],
  ['unclosed inline elements', '<b><i><p>text, and more of it'.repeat(5_000)],
  ['attributes', `<p ${Array.from({ length: 100_000 }, (_, index) => `a${index}=1`).join(' ')}>x`],
  ['one long attribute', `<p class="${'aB-_ '.repeat(200_000)}">x`],
  ['nested frames', '<iframe src=x>'.repeat(50_000)],
  ['end tags without a start', `${'<b>'.repeat(5_000)}${'</i>'.repeat(200_000)}`],
  ['one text without spaces', 'a'.repeat(5_000_000)],
  ['opening brackets', '<'.repeat(1_000_000)],
  ['links', '<p><a href=x>some link text here</a> '.repeat(20_000)],
  ['nested structured data', `<script type="application/ld+json">${'['.repeat(200_000)}</script>`],
  ['nested bylines', `${'<div class="byline date">'.repeat(400)}By A 2024${'</div>'.repeat(400)}`.repeat(40)],
])('extractPage ends within two seconds of work on endless %s', (_, html) => {
  const started = process.cpuUsage();
  extractPage({ url: 'https://a.example/', html });
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1e6).toBeLessThan(2);
});
