import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { Spoken } from '#src/core/caption/spoken.ts';
import { renderDigestMarkdown } from '#src/core/digest/markdown.ts';
import { renderDigestMail } from '#src/core/mail/digest.ts';
import { digestPage } from '#src/web/views/digest.ts';
import { renderPage } from '#src/web/views/shell.ts';
import { sampleDigest, sampleFacts } from './sample.ts';

const video = 'https://www.youtube.com/watch?v=abc';
const address = `${video}&t=123s`;

/** The sample day, all of whose quotes are said in a video. */
function digestOf(spoken: Spoken | null) {
  return sampleDigest({ quotes: sampleFacts.quotes.map((quote) => ({ ...quote, url: video, spoken })) });
}

function drawPage(spoken: Spoken | null) {
  const page = digestPage({
    content: digestOf(spoken),
    previousDate: null,
    nextDate: null,
    since: null,
    isToday: true,
  });
  const shell = { ledgerName: 'The bridge', zone: 'UTC', failingCount: 0, waiting: { count: 0, hasMore: false } };
  return load(renderPage({ ...shell, sheetHref: '/style.css', keysHref: '/keys.js', canSubscribe: false }, page));
}

const automatic: Spoken = { kind: 'automatic', lang: 'en', second: 123 };
const mailOptions = { webUrl: 'https://ledger.example', readerId: null };

test('a quote of automatic captions says so on the page and leads to its second', () => {
  const $ = drawPage(automatic);
  const figures = $('figure.quote').toArray();
  expect(figures.length).toBeGreaterThan(1);
  for (const figure of figures) {
    expect($(figure).find('.tag').text()).toContain('automatic captions');
    expect($(figure).find(`a[href="${address}"]`).text()).toBe('at 2:03');
  }
});

test('a quote of automatic captions says so in both parts of the mail and leads to its second', () => {
  const mail = renderDigestMail(digestOf(automatic), mailOptions);
  const $ = load(mail.html);
  expect($(`a[href="${address}"]`).first().text()).toBe('automatic captions, at 2:03');
  expect(mail.text).toContain('Automatic captions, at 2:03.');
  expect(mail.text).toContain(address);
});

test('a quote of automatic captions says so in Markdown and leads to its second', () => {
  const markdown = renderDigestMarkdown(digestOf(automatic), { webUrl: null });
  expect(markdown).toContain(`[automatic captions, at 2:03](<${address}>)`);
});

test("a quote of a transcript without times is called one, and one of the page's own words nothing", () => {
  const transcript = renderDigestMail(digestOf({ kind: 'transcript', lang: 'en', second: null }), mailOptions);
  expect(transcript.text).toContain('Transcript.');
  expect(transcript.text).not.toContain('&t=');
  for (const spoken of [null, { kind: 'manual', lang: 'en', second: 3 } as const]) {
    const mail = renderDigestMail(digestOf(spoken), mailOptions);
    expect(`${mail.html}${mail.text}${drawPage(spoken).html()}`).not.toMatch(/automatic captions/i);
  }
});
