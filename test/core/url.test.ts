import { expect, test } from 'vitest';
import {
  articleUrlForms,
  articleUrlKey,
  documentUrl,
  hostKey,
  resolveHttpUrl,
  urlLengthMax,
  withoutTracking,
} from '#src/core/url.ts';

const page = 'https://news.example/2025/01/a.html?x=1';

test.each([
  ['https://a.example/x', null, 'https://a.example/x'],
  ['  https://a.example/x\n', null, 'https://a.example/x'],
  ['https://a.exa\nmple/x\ty', null, 'https://a.example/xy'],
  ['HTTP://A.Example:80/x', null, 'http://a.example/x'],
  ['https:\\\\a.example\\x', null, 'https://a.example/x'],
  ['/b', page, 'https://news.example/b'],
  ['c?d=e#f', page, 'https://news.example/2025/01/c?d=e#f'],
  ['//cdn.example/x', page, 'https://cdn.example/x'],
  ['#note', page, `${page}#note`],
  ['http://１２７.0.0.1/', null, 'http://127.0.0.1/'],
  ['http://0x7f.1/', null, 'http://127.0.0.1/'],
  ['https://bücher.example/ü', null, 'https://xn--bcher-kva.example/%C3%BC'],
])('resolveHttpUrl makes %j on %j absolute', (href, base, expected) => {
  expect(resolveHttpUrl(href, base)).toBe(expected);
});

test.each([
  ['', page],
  ['   ', page],
  ['/b', null],
  ['/b', 'not an address'],
  ['a.example/x', null],
  ['http://', null],
  ['https://?x', null],
  ['mailto:desk@a.example', page],
  ['javascript:alert(1)', page],
  ['JaVa\nScript:alert(1)', page],
  ['data:text/html,x', page],
  ['file:///etc/passwd', page],
  ['ftp://a.example/x', page],
  ['https://reader:secret@a.example/', page],
  ['https://reader@a.example/', page],
  ['//:secret@a.example/', page],
  ['http://a.example:99999/', page],
  ['http://[fe80::1%25eth0]/', page],
  [`https://a.example/${'x'.repeat(10_000)}`, page],
  [`https://a.example/${'ü'.repeat(1_000)}`, page],
])('resolveHttpUrl refuses %j on %j', (href, base) => {
  expect(resolveHttpUrl(href, base)).toBeNull();
});

test('resolveHttpUrl keeps an address of exactly the limit', () => {
  const url = 'https://a.example/'.padEnd(urlLengthMax, 'x');
  expect(resolveHttpUrl(url, null)).toBe(url);
  expect(resolveHttpUrl(`${url}x`, null)).toBeNull();
});

test.each([
  ['https://A.example:443/x?b=2&a=1#top', 'https://a.example/x?b=2&a=1'],
  ['http://a.example', 'http://a.example/'],
  ['http://a.example:8080/x?', 'http://a.example:8080/x?'],
  ['https://a.example/?utm_source=x', 'https://a.example/?utm_source=x'],
])('documentUrl names the document of %s', (url, expected) => {
  expect(documentUrl(url)).toBe(expected);
});

test.each([
  ['https://A.example/x', 'a.example:443'],
  ['http://a.example/x', 'a.example:80'],
  ['http://127.0.0.1:8765/feed', '127.0.0.1:8765'],
  ['http://[::1]/', '[::1]:80'],
])('hostKey writes the port of %s', (url, expected) => {
  expect(hostKey(url)).toBe(expected);
});

test.each([
  ['https://a.example/x?utm_source=rss&utm_medium=feed', 'https://a.example/x'],
  ['https://a.example/x?id=7&fbclid=Iw&page=2', 'https://a.example/x?id=7&page=2'],
  ['https://a.example/x?UTM%5FSource=x', 'https://a.example/x'],
  ['https://a.example/x?source=rss----abc', 'https://a.example/x'],
  ['https://a.example/watch?v=yvG&si=share', 'https://a.example/watch?v=yvG'],
  ['https://a.example/x?ref=main', 'https://a.example/x?ref=main'],
  ['https://a.example/x?source=wire', 'https://a.example/x?source=wire'],
  ['https://a.example/x?q=a+b&e=%C3%BC#f', 'https://a.example/x?q=a+b&e=%C3%BC#f'],
])('withoutTracking cleans %s', (url, expected) => {
  expect(withoutTracking(url)).toBe(expected);
});

const sameArticle = 'https://news.example/2025/story';

test.each([
  'http://news.example/2025/story',
  'https://www.news.example/2025/story/',
  'https://news.example/2025/story?utm_campaign=x#comments',
])('articleUrlKey recognises %s', (url) => {
  expect(articleUrlKey(url)).toBe(articleUrlKey(sameArticle));
});

test.each([
  'https://news.example/2025/story?id=2',
  'https://m.news.example/2025/story',
  'https://news.example:8443/2025/story',
  'https://news.example/2025/Story',
])('articleUrlKey keeps %s apart', (url) => {
  expect(articleUrlKey(url)).not.toBe(articleUrlKey(sameArticle));
});

test('articleUrlForms gives the address first, then every other one that means the same article', () => {
  const forms = articleUrlForms('http://www.news.example:8080/story/?id=2&utm_source=x#part');
  expect(forms).toEqual([
    'http://www.news.example:8080/story/?id=2&utm_source=x',
    'https://news.example:8080/story?id=2',
    'https://news.example:8080/story/?id=2',
    'http://news.example:8080/story?id=2',
    'http://news.example:8080/story/?id=2',
    'https://www.news.example:8080/story?id=2',
    'https://www.news.example:8080/story/?id=2',
    'http://www.news.example:8080/story?id=2',
    'http://www.news.example:8080/story/?id=2',
  ]);
  expect(new Set(forms.map(articleUrlKey)).size).toBe(1);
  // A question mark within the query stays there.
  expect(articleUrlForms('https://news.example/?q=a?b')).toContain('http://www.news.example?q=a?b');
});
