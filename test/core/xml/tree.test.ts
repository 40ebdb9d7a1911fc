import { expect, test } from 'vitest';
import { findAttribute, listChildren, parseXml, textOf, type XmlElement } from '#src/core/xml/tree.ts';

function render(node: XmlElement | string, cut: ReadonlySet<XmlElement>): string {
  if (typeof node === 'string') return node;
  const attributes = node.attributes.map(({ name, value }) => ` ${name}=${value}`).join('');
  return `[${node.name}${attributes}${cut.has(node) ? ' CUT' : ''}|${node.children.map((child) => render(child, cut)).join('')}]`;
}

test.each<[xml: string, tree: string, problems: readonly string[]]>([
  ['<a><b>x</b></a>', '[a|[b|x]]', []],
  ['<?xml version="1.0"?><!-- c --><a/>', '[a|]', []],
  ['junk <a>x</a> junk', '[a|x]', []],
  ['<a b="1" c=\'2\' d=3 e>x</a>', '[a b=1 c=2 d=3 e=|x]', []],
  ['<a b = "1"c="2">x</a>', '[a b=1 c=2|x]', []],
  ['<a><![CDATA[<b>&amp;]]></a>', '[a|<b>&amp;]', []],
  ['<a>x<![CDATA[y]]>z</a>', '[a|xyz]', []],
  ['<a>&lt;&eacute;&#233;&#xe9;&#146;</a>', '[a|<ééé’]', []],
  ['<a>b & c &d; ?x&copy=1</a>', '[a|b & c &d; ?x&copy=1]', []],
  ['<!DOCTYPE a [<!ENTITY me "Ann">]><a b="&me;">&me;</a>', '[a b=Ann|Ann]', []],
  ['<!DOCTYPE a PUBLIC "x" "y"><a/>', '[a|]', []],
  ['<a>1 < 2</a>', '[a|1 < 2]', ['a bare "<" was read as text']],
  ['<a><b>x</a>', '[a|[b|x]]', ['end tags are missing or crossed']],
  ['<a></b>x</a>', '[a|x]', ['end tags are missing or crossed']],
  ['<a>x</A>', '[a|x]', []],
  ['<a><item>x<item>y</item></a>', '[a|[item|x][item|y]]', ['end tags are missing or crossed']],
  ['<a><title>x<link>y</link></a>', '[a|[title|x][link|y]]', ['end tags are missing or crossed']],
  ['<a>x<br>y</a>', '[a|x[br|]y]', []],
  ['<a>x\u0001y</a>', '[a|xy]', ['control characters were removed']],
  ['<a>x<b>y', '[a CUT|x[b CUT|y]]', ['the document ends before its last end tag']],
  ['<a>x<!-- y</a>', '[a CUT|x]', ['a comment or instruction has no end', 'the document ends before its last end tag']],
  ['<a><b><![CDATA[x</b><b><![CDATA[y]]></b></a>', '[a|[b|x][b|y]]', ['a CDATA section has no end']],
  ['<a><b><![CDATA[x <![CDATA[y]]> z</b></a>', '[a|[b|x <![CDATA[y z]]', []],
  ['<a><b><![CDATA[x</b>y</a>', '[a|[b|x]y]', ['a CDATA section has no end']],
  ['', '', []],
  ['no markup', '', []],
])('parseXml reads %j', (xml, tree, problems) => {
  const document = parseXml(xml, null);
  expect(document.roots.map((root) => render(root, document.cut)).join('')).toBe(tree);
  expect(document.problems).toEqual(problems);
});

test.each([
  ['<t xmlns="http://www.w3.org/2005/Atom"/>', 't'],
  ['<x:t xmlns:x="HTTP://purl.org/dc/elements/1.1"/>', 'dc:t'],
  ['<x:t xmlns:x="urn:nobody"/>', 't'],
  ['<a:t/>', '?a:t'],
  ['<dc:t/>', 'dc:t'],
  ['<atom:T/>', 't'],
  ['<media:t xmlns:media="https://search.yahoo.com/mrss"/>', 'media:t'],
])('parseXml names the root of %s %s', (xml, name) => {
  expect(parseXml(xml, null).roots[0]?.name).toBe(name);
});

test.each([
  ['<a><b xmlns:x="urn:nobody"><x:c/></b></a>', '?x:c'],
  ['<a><b xmlns:itunes="urn:misspelt"><itunes:c/></b></a>', 'itunes:c'],
  ['<a><b xmlns="urn:nobody"><c/></b></a>', '?:c'],
])('parseXml names the inner element of %s %s', (xml, name) => {
  const [root] = parseXml(xml, null).roots;
  const inner = root && listChildren(root).flatMap(listChildren)[0];
  expect(inner?.name).toBe(name);
});

test('parseXml hands bases down', () => {
  const [root] = parseXml(
    '<a xml:base="x/"><b xml:base="/y/"><c/></b><d xml:base="no:thing"/></a>',
    'https://e.example/f',
  ).roots;
  const bases =
    root && [root, ...listChildren(root), ...listChildren(root).flatMap(listChildren)].map(({ base }) => base);
  expect(bases).toEqual([
    'https://e.example/x/',
    'https://e.example/y/',
    'https://e.example/x/',
    'https://e.example/y/',
  ]);
});

test('parseXml keeps the text below its depth limit', () => {
  const document = parseXml(`<r><a>${'<d>'.repeat(600)}deep${'</d>'.repeat(600)}</a><b>after</b></r>`, null);
  expect(document.roots.map(textOf)).toEqual(['deepafter']);
});

test('findAttribute knows attributes by their vocabulary', () => {
  const [root] = parseXml(
    '<a xmlns:q="http://www.w3.org/1999/02/22-rdf-syntax-ns#" q:about="x" isPermaLink="no"/>',
    null,
  ).roots;
  expect(root && findAttribute(root, 'rdf:about')).toBe('x');
  expect(root && findAttribute(root, 'ispermalink')).toBe('no');
  expect(root && findAttribute(root, 'about')).toBeNull();
});
