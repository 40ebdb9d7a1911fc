import { expect, test } from 'vitest';
import { collapse, htmlToText, readHtml, readText, resolveLinks } from '#src/core/feed/markup.ts';
import { parseXml } from '#src/core/xml/tree.ts';

test.each([
  ['plain', 'plain'],
  ['<p>One</p><p>two</p>', ' One  two '],
  ['a<br/>b', 'a b'],
  ['in<b>si</b>de', 'inside'],
  ['1 < 2 <3', '1 < 2 <3'],
  ['a<script>x()</script >b<style>y</style>c', 'abc'],
  ['a<!-- <b>no</b> -->b', 'ab'],
  ['a<!doctype html>b', 'ab'],
  ['caf&eacute; &#8211; &nope;', 'café – &nope;'],
  ['<img alt="a > b">x', 'x'],
  ['cut <!-- off', 'cut '],
])('htmlToText reads %j as %j', (html, text) => {
  expect(htmlToText(html)).toBe(text);
});

test.each([
  ['<a href="x">', '<a href="https://e.example/d/x">'],
  ["<a href='/x?a=1&amp;b=2'>", '<a href="https://e.example/x?a=1&amp;b=2">'],
  ['<a href=x class=y>', '<a href="https://e.example/d/x" class=y>'],
  ['<IMG SRC="//c.example/i">', '<IMG SRC="https://c.example/i">'],
  ['<img alt="<a href=\'no\'>" src="i.png">', '<img alt="<a href=\'no\'>" src="https://e.example/d/i.png">'],
  ['<a href="https://o.example/A&B">', '<a href="https://o.example/A&B">'],
  ['<a href="mailto:a@e.example">', '<a href="mailto:a@e.example">'],
  ['<a href="javascript:x()">', '<a href="javascript:x()">'],
  ['<p title="x">href="x"</p>', '<p title="x">href="x"</p>'],
])('resolveLinks turns %j into %j', (html, resolved) => {
  expect(resolveLinks(html, 'https://e.example/d/feed')).toBe(resolved);
  expect(resolveLinks(html, null)).toBe(html);
});

test.each([
  ['<content>a &lt; b</content>', 'a &lt; b'],
  ['<content>a &lt;b&gt;c&lt;/b&gt;</content>', 'a <b>c</b>'],
  ['<content type="text">a &lt;b&gt;c&lt;/b&gt;</content>', 'a &lt;b&gt;c&lt;/b&gt;'],
  ['<content type="html">a &lt;b&gt;c&lt;/b&gt;</content>', 'a <b>c</b>'],
  ['<content type="xhtml"><div>a <b>c</b> d</div></content>', 'a <b>c</b> d'],
  ['<content type="xhtml"><div>&lt;b&gt;</div></content>', '&lt;b&gt;'],
  ['<content type="xhtml"><div>a</div> <div>b</div></content>', '<div>a</div> <div>b</div>'],
  ['<content type="html"><![CDATA[<p>a</p>]]><br/>b</content>', '<p>a</p><br>b'],
  ['<description>a &amp; b</description>', 'a & b'],
  ['<description><h:p xmlns:h="http://www.w3.org/1999/xhtml" class="q">a</h:p></description>', '<p class="q">a</p>'],
  ['<description xml:base="https://e.example/"><a href="x">a</a></description>', '<a href="https://e.example/x">a</a>'],
])('readHtml reads %j as %j', (xml, html) => {
  const [element] = parseXml(xml, null).roots;
  expect(element && readHtml(element)).toBe(html);
});

test.each([
  ['<title> a\n b </title>', 'a b'],
  ['<title>&lt;i&gt;a&lt;/i&gt;</title>', 'a'],
  ['<title>Vector&lt;T&gt; explained</title>', 'Vector<T> explained'],
  ['<title type="html">a &amp;lt; b</title>', 'a < b'],
  ['<title type="xhtml"><div>a <b>b</b></div></title>', 'a b'],
])('readText reads %j as %j', (xml, text) => {
  const [element] = parseXml(xml, null).roots;
  expect(element && readText(element)).toBe(text);
});

test('collapse makes one space of any white space', () => {
  expect(collapse('\t a \u00a0\n b ')).toBe('a b');
});
