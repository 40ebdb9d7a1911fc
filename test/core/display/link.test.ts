import { expect, test } from 'vitest';
import { safeHref, showHost } from '#src/core/display/link.ts';

test.each([
  ['https://a.example/x?y=1#z', 'https://a.example/x?y=1#z'],
  ['http://a.example', 'http://a.example/'],
  ['/claims/cost-5.6m', '/claims/cost-5.6m'],
  ['/articles?q=a%20b#e3', '/articles?q=a%20b#e3'],
  ['#main', '#main'],
  ['?since=24h', '?since=24h'],
])('safeHref lets %j through', (address, expected) => {
  expect(safeHref(address)).toBe(expected);
});

test.each([
  'javascript:alert(1)',
  'JaVa\tScript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '\\\\evil.example',
  'https://user:word@a.example/',
  'relative',
  '',
])('safeHref refuses %j', (address) => {
  expect(safeHref(address)).toBeNull();
});

test('showHost shows the host alone', () => {
  expect(showHost('https://www.Harbour.example/a/b')).toBe('harbour.example');
  expect(showHost('mailto:a@b.example')).toBeNull();
});
