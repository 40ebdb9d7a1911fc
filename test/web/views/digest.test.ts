import { load } from 'cheerio';
import { expect, test } from 'vitest';
import type { DigestContent } from '#src/core/digest/digest.ts';
import { digestPage } from '#src/web/views/digest.ts';
import { renderPage } from '#src/web/views/shell.ts';
import { blindDigest, crowdedDigest, sampleDigest, sampleFacts } from '#test/core/digest/sample.ts';

const shell = {
  ledgerName: 'The Elbe bridge',
  zone: 'UTC',
  failingCount: 0,
  waiting: { count: 0, hasMore: false },
  sheetHref: '/style.css',
  keysHref: '/keys.js',
  canSubscribe: false,
};

function draw(content: DigestContent): string {
  return renderPage(shell, digestPage({ content, previousDate: null, nextDate: null, since: null, isToday: true }));
}

test('a digest page reads coverage, what moved, new evidence, numbers, sources, no change', () => {
  const $ = load(draw(sampleDigest()));
  expect(
    $('h2')
      .toArray()
      .map((heading) => $(heading).text()),
  ).toEqual(['What moved', 'New evidence', 'Numbers seen', 'Sources', 'No change']);
  expect($('.coverage').text()).toContain('Read 214 of 221 documents');
  expect($('#moved').closest('section').find('.counts').text()).toContain('5 dispute');
  expect($('.tally .disputes .new .mark')).toHaveLength(1);
});

test('a digest page of a blind day says so, and shows the last known balance in place of no change', () => {
  const $ = load(draw(blindDigest()));
  expect($('h1').text()).toBe('We could not look: none of 14 sources answered');
  expect($('.notice').text()).toContain('no quote counts as vanished');
  expect($('h2').last().text()).toBe('Last known balance');
  expect($('.balance').first().text()).toContain('3 support · 7 report · 4 dispute');
});

test('a digest page of a half-blind day warns and tells what it saw', () => {
  const $ = load(draw(sampleDigest({ coverage: { ...sampleFacts.coverage, sourcesAnswered: 6 } })));
  expect($('.notice h2').text()).toBe('Half blind: 6 of 14 sources answered');
  expect($('h2').text()).toContain('What moved');
});

test.each([
  [200, false],
  [600, true],
])('a digest page of %i claims stays under 100 KB (first day: %s)', (claimCount, isFirstDay) => {
  const page = draw(crowdedDigest(claimCount, { isFirstDay }));
  expect(Buffer.byteLength(page)).toBeLessThan(100_000);
  expect(load(page)('section').text()).toContain('more claims');
});

test('a mark stands for several origins when there are too many to count', () => {
  const balances = new Map([
    [
      'no-permit',
      { before: { supports: 0, reports: 90, disputes: 0 }, now: { supports: 0, reports: 100, disputes: 2 } },
    ],
  ]);
  const $ = load(draw(sampleDigest({ balances })));
  expect($('#moved').closest('section').text()).toContain('one mark = 5 independent origins');
  expect($('.tally .reports .mark').length).toBe(20);
});
