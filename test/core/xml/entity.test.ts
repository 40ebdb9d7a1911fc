import { expect, test } from 'vitest';
import { decodeEntities, escapeXml, listDeclaredEntities, removeForbidden } from '#src/core/xml/entity.ts';

test.each([
  ['no reference', 'no reference'],
  ['&amp;amp;', '&amp;'],
  ['&lt;&gt;&quot;&apos;', '<>"\''],
  ['&#65;&#x42;&#X43;', 'ABC'],
  ['&nbsp;&hellip;&thetasym;', '\u00a0…ϑ'],
  ['&#150;&#x92;', '–’'],
  ['&#0;&#xD800;&#x110000;', '\ufffd\ufffd\ufffd'],
  ['a&#1;b', 'ab'],
  ['?a=1&copy=2&b', '?a=1&copy=2&b'],
  ['&unknown; & &;', '&unknown; & &;'],
])('decodeEntities reads %j as %j', (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded);
});

test.each<[subset: string, declared: readonly (readonly [string, string])[]]>([
  [
    '<!ENTITY me "Ann"> <!ENTITY co \'A &#38; B\'>',
    [
      ['me', 'Ann'],
      ['co', 'A & B'],
    ],
  ],
  ['<!ENTITY nest "&me;&me;">', []],
  ['<!ENTITY file SYSTEM "file:///x">', []],
  ['<!ENTITY % param "x">', []],
  ['<!ENTITY tag "<b>">', []],
  [`<!ENTITY long "${'x'.repeat(500)}">`, []],
])('listDeclaredEntities keeps of %j only short plain ones', (subset, declared) => {
  expect([...listDeclaredEntities(subset)]).toEqual(declared);
});

test('escapeXml makes text safe for elements and attributes', () => {
  expect(escapeXml('a & <b> "c" \'d\'')).toBe("a &amp; &lt;b&gt; &quot;c&quot; 'd'");
});

test('removeForbidden keeps tabs and line ends', () => {
  expect(removeForbidden('a\0\u0001\tb\r\n\ufffec')).toBe('a\tb\r\nc');
});
