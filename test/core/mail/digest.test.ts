import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { renderDigestMail } from '#src/core/mail/digest.ts';
import { blindDigest, crowdedDigest, hostileFacts, sampleDigest } from '#test/core/digest/sample.ts';

const options = { webUrl: 'https://ledger.example', readerId: 'me' };

test.each([
  [
    sampleDigest(),
    '30 Jan: 1 claim moved, 2 new quotes',
    '1 of 3 claims moved, 2 new quotes from 2 origins, 2 of 14 sources not reached',
  ],
  [
    sampleDigest({ balances: new Map() }),
    '30 Jan: no claim moved, 2 new quotes',
    '0 of 3 claims moved, 2 new quotes from 2 origins, 2 of 14 sources not reached',
  ],
  [
    sampleDigest({ balances: new Map(), quotes: [] }),
    '30 Jan: nothing new',
    '0 of 3 claims moved, 0 new quotes from 0 origins, 2 of 14 sources not reached',
  ],
  [
    blindDigest(),
    '30 Jan: we could not look',
    '0 of 3 claims moved, 0 new quotes from 0 origins, 14 of 14 sources not reached',
  ],
])('renderDigestMail says what happened in subject and preheader (case %#)', (content, subject, preheader) => {
  const mail = renderDigestMail(content, options);
  expect(mail.subject).toBe(subject);
  expect(mail.preheader).toBe(preheader);
  expect(mail.subject.length).toBeLessThan(70);
  expect(mail.html).toContain(preheader);
});

test('renderDigestMail gives both parts the same links and claims in the same order', () => {
  const { html, text } = renderDigestMail(sampleDigest(), options);
  const $ = load(html);
  const hrefs = $('a')
    .toArray()
    .map((link) => $(link).attr('href'));
  expect(text.match(/https?:\S+/g)).toEqual(hrefs);
  expect(hrefs).toContain('https://ledger.example/articles/101#e11');
});

test('renderDigestMail is built for screen readers', () => {
  const $ = load(renderDigestMail(sampleDigest(), options).html);
  expect($('html').attr('lang')).toBe('en');
  expect($('title').text()).toBe('30 Jan: 1 claim moved, 2 new quotes');
  expect($('h1')).toHaveLength(1);
  expect($('[role=article]').attr('aria-label')).toBe($('title').text());
  expect($('table:not([role=presentation])').find('th[scope=col]')).toHaveLength(3);
  const levels = $('h1,h2,h3')
    .toArray()
    .map((heading) => Number(heading.tagName.slice(1)));
  expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  expect($('blockquote[lang=de]').text()).toBe('„Eine Genehmigung lag nach Angaben der Stadt nicht vor.“');
  expect($.text()).toContain('◆ Disputes');
});

test('renderDigestMail uses nothing that old clients cannot draw and loads nothing', () => {
  const { html } = renderDigestMail(sampleDigest(), options);
  expect(html).not.toMatch(/<(?:img|button|script|link|svg|form|iframe|base|object)\b/i);
  expect(html).not.toMatch(/\b(?:flex|grid|float|position|var\(|url\(|@import|background-image)/i);
  expect(html.match(/<style/g)).toHaveLength(1);
  expect(html).toMatch(/<style>@media \(prefers-color-scheme: dark\)\{/);
  const $ = load(html);
  const sources = $('[src],[background],[srcset],[poster]');
  expect(sources).toHaveLength(0);
});

test('renderDigestMail shows hostile text as text in both parts', () => {
  const mail = renderDigestMail(sampleDigest(hostileFacts), options);
  const $ = load(mail.html);
  expect($('script,img,iframe,svg,base,form')).toHaveLength(0);
  const attributes = new Set(
    $('body *')
      .toArray()
      .flatMap((element) => Object.keys(element.type === 'tag' ? element.attribs : {})),
  );
  expect([...attributes].filter((name) => name.startsWith('on') || name === 'src' || name === 'srcdoc')).toEqual([]);
  const hrefs = $('a')
    .toArray()
    .map((link) => $(link).attr('href') ?? '');
  expect(hrefs.filter((href) => !href.startsWith('https://ledger.example/'))).toEqual([]);
  expect($('blockquote').text()).toContain('<img src=x onerror=alert(1)>');
  expect(mail.html).not.toContain('\u202e');
  expect(mail.subject).not.toMatch(/[\r\n]/);
});

test('renderDigestMail stays under 90 KB: it cuts new evidence and says so with a link', () => {
  const mail = renderDigestMail(crowdedDigest(200), options);
  expect(Buffer.byteLength(mail.html)).toBeLessThan(90_000);
  const $ = load(mail.html);
  const more = $('a:contains("more claims with new evidence")');
  expect(more.attr('href')).toBe('https://ledger.example/digests/2025-01-30');
  expect(mail.text).toContain(more.text());
  expect($('th')).toHaveLength(3);
  expect($.text()).toContain('The ledger collects what is said.');
});

test('renderDigestMail stays under 90 KB on the first day of a ledger of hundreds', () => {
  const first = crowdedDigest(600, { isFirstDay: true });
  expect(first.movedCount).toBe(600);
  const mail = renderDigestMail(first, options);
  expect(Buffer.byteLength(mail.html)).toBeLessThan(90_000);
  expect(load(mail.html)('a:contains("more moved claims")')).toHaveLength(1);
  expect(mail.text.match(/https?:\S+/g)?.length).toBe(load(mail.html)('a').length);
});

test('renderDigestMail names failing sources on an empty day and on a blind one', () => {
  for (const content of [sampleDigest({ balances: new Map(), quotes: [], numbers: [] }), blindDigest()]) {
    const mail = renderDigestMail(content, options);
    expect(mail.html).toContain('Capital Wire');
    expect(mail.text).toContain('Failing: Capital Wire');
  }
});

test('renderDigestMail tells a reader how to stop it', () => {
  expect(renderDigestMail(sampleDigest(), options).text).toContain('edit the reader “me” in');
  const mail = renderDigestMail(sampleDigest(), { ...options, unsubscribeUrl: 'https://ledger.example/u/k3' });
  expect(load(mail.html)('a:contains("Unsubscribe")').attr('href')).toBe('https://ledger.example/u/k3');
  expect(mail.text).toContain('Unsubscribe\nhttps://ledger.example/u/k3');
});
