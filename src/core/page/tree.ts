import { decodeHTML } from 'entities';
import { findRules, type TagRules } from './nesting.ts';
import {
  ATTRIBUTE_COUNT_MAX,
  isSpace,
  type MarkupCursor,
  type PageAttributes,
  readStartTag,
  type StartTag,
} from './tag.ts';

/**
 * Deepest element that is read; browsers stop at 512 too. The cost per end tag grows with the depth, so a page that goes
 * deeper is cut there and says so.
 */
const DEPTH_MAX = 512;
/** Names, dates and titles are far shorter. */
const TEXT_LENGTH_MAX = 2_000;
const UNREAD = new Set(['script', 'style', 'noscript', 'template', 'svg', 'button', 'select', 'textarea']);
/** Elements in which a tag may close itself, and those in which HTML begins again. */
const FOREIGN = new Set(['svg', 'math']);
const HTML_AGAIN = new Set(['mi', 'mo', 'mn', 'ms', 'mtext', 'annotation-xml', 'foreignobject', 'desc', 'title']);

const NO_ATTRIBUTES: PageAttributes = {};
const SLASH = 0x2f;
const CLOSE = 0x3e;

/** One element of a page; the text and elements in it are a chain from `firstChild` by `next`. */
export type PageElement = {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: PageAttributes;
  readonly parent: PageElement | null;
  readonly isForeign: boolean;
  firstChild: PageNode | null;
  lastChild: PageNode | null;
  next: PageNode | null;
};

/** A run of text between two tags or comments, references decoded. */
export type PageText = { readonly kind: 'text'; readonly text: string; next: PageNode | null };

/** What stands in an element. */
export type PageNode = PageElement | PageText;

/** A page as a tree below `root`, which is no element of the page, with what was lost on the way. */
export type PageTree = { readonly root: PageElement; readonly problems: readonly string[] };

type Builder = MarkupCursor & { readonly problems: Set<string>; open: PageElement; depth: number };

/**
 * Parses HTML into a tree in linear time and at most 512 levels deep; never throws. Comments, declarations and the attributes that
 * no page is read by are left out. Fragments and pages without html and body tags get the root that a browser would give them.
 */
export function parsePageTree(html: string): PageTree {
  const root = makeElement('#root', NO_ATTRIBUTES, null);
  const builder: Builder = { html, at: 0, problems: new Set(), open: root, depth: 0 };
  openElement(builder, findRules('html', { start: 0, end: 4 }), NO_ATTRIBUTES);
  while (builder.at < html.length && builder.depth <= DEPTH_MAX) {
    const start = findMarkup(html, builder.at);
    addText(builder, html.slice(builder.at, start));
    builder.at = start;
    if (start < html.length) readMarkup(builder);
  }
  if (builder.depth > DEPTH_MAX) {
    builder.problems.add(`page nests deeper than ${DEPTH_MAX} elements: the rest was not read`);
  }
  return { root, problems: [...builder.problems] };
}

/** The next "<" that opens a tag, comment or declaration; "a < b" is text. The length of the page when there is none. */
function findMarkup(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at !== -1; at = html.indexOf('<', at + 1)) {
    const code = html.charCodeAt(at + 1);
    if (isLetter(code) || code === SLASH || code === 0x21 || code === 0x3f) return at;
  }
  return html.length;
}

function readMarkup(builder: Builder): void {
  const { html, at } = builder;
  const sign = html.charCodeAt(at + 1);
  if (sign === SLASH) readEndTag(builder);
  else if (html.startsWith('!--', at + 1)) skipPast(builder, { from: at + 2, end: '-->' });
  else if (html.startsWith('![CDATA[', at + 1)) skipPast(builder, { from: at + 9, end: ']]>' });
  else if (!isLetter(sign)) skipPast(builder, { from: at + 2, end: '>' });
  else {
    builder.at = findNameEnd(html, at + 1);
    const rules = findRules(html, { start: at + 1, end: builder.at });
    const tag = readStartTag(builder);
    if (tag === null) return;
    if (tag.isCut)
      builder.problems.add(`a tag has over ${ATTRIBUTE_COUNT_MAX} attributes: the rest of them was not read`);
    openTag(builder, rules, tag);
  }
}

function openTag(builder: Builder, rules: TagRules, tag: StartTag): void {
  while (rules.closes?.has(builder.open.name)) closeElement(builder);
  openElement(builder, rules, tag.attributes);
  if (builder.depth > DEPTH_MAX) return;
  if (rules.isVoid || (tag.isSelfClosing && builder.open.isForeign)) closeElement(builder);
  else if (rules.isRaw && !tag.isSelfClosing) readRawText(builder, rules.name);
}

function openElement(builder: Builder, rules: TagRules, attributes: PageAttributes): void {
  const element = makeElement(rules.name, attributes, builder.open);
  append(builder.open, element);
  builder.open = element;
  builder.depth++;
}

function closeElement(builder: Builder): void {
  builder.open = builder.open.parent ?? builder.open;
  builder.depth--;
}

/** An end tag closes every element down to its own; one that closes nothing is left out, but for `</p>` and `</br>`. */
function readEndTag(builder: Builder): void {
  const { html } = builder;
  let start = builder.at + 2;
  while (isSpace(html.charCodeAt(start))) start++;
  let end = start;
  while (end < html.length && html.charCodeAt(end) !== CLOSE && !isSpace(html.charCodeAt(end))) end++;
  skipPast(builder, { from: end, end: '>' });
  const rules = findRules(html, { start, end });
  if (closeThrough(builder, rules.name)) return;
  if (rules.name === 'p' || rules.name === 'br') {
    openElement(builder, rules, NO_ATTRIBUTES);
    closeElement(builder);
  }
}

function closeThrough(builder: Builder, name: string): boolean {
  let count = 1;
  let element: PageElement | null = builder.open;
  while (element !== null && element.name !== name) {
    element = element.parent;
    count++;
  }
  if (element === null) return false;
  for (; count > 0; count--) closeElement(builder);
  return true;
}

/** The content of a script, style, title or the like: up to its end tag, or to the end of the page. */
function readRawText(builder: Builder, name: string): void {
  const { html } = builder;
  let end = html.indexOf('</', builder.at);
  while (end !== -1 && !isEndTag(html, { start: end + 2, name })) end = html.indexOf('</', end + 2);
  if (end === -1) end = html.length;
  const text = html.slice(builder.at, end);
  if (text !== '') appendText(builder.open, name === 'title' ? decodeHTML(text) : text);
  builder.at = end;
}

function isEndTag(html: string, at: { readonly start: number; readonly name: string }): boolean {
  const end = at.start + at.name.length;
  const code = html.charCodeAt(end);
  return (code === CLOSE || isSpace(code)) && html.slice(at.start, end).toLowerCase() === at.name;
}

function addText(builder: Builder, text: string): void {
  if (text !== '') appendText(builder.open, text.includes('&') ? decodeHTML(text) : text);
}

function skipPast(builder: Builder, to: { readonly from: number; readonly end: string }): void {
  const at = builder.html.indexOf(to.end, to.from);
  builder.at = at === -1 ? builder.html.length : at + to.end.length;
}

function findNameEnd(html: string, start: number): number {
  let at = start;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === CLOSE || code === SLASH || isSpace(code)) break;
  }
  return at;
}

function isLetter(code: number): boolean {
  const folded = code | 0x20;
  return folded >= 0x61 && folded <= 0x7a;
}

function makeElement(name: string, attributes: PageAttributes, parent: PageElement | null): PageElement {
  const isForeign = FOREIGN.has(name) || (parent?.isForeign === true && !HTML_AGAIN.has(name));
  return { kind: 'element', name, attributes, parent, isForeign, firstChild: null, lastChild: null, next: null };
}

function appendText(parent: PageElement, text: string): void {
  append(parent, { kind: 'text', text, next: null });
}

function append(parent: PageElement, node: PageNode): void {
  if (parent.lastChild === null) parent.firstChild = node;
  else parent.lastChild.next = node;
  parent.lastChild = node;
}

/** What a walk does at each node: `enter` returns false to leave the children of an element out. */
export type Visitor = {
  readonly text: (text: string) => void;
  readonly enter: (element: PageElement) => boolean;
  readonly leave: (element: PageElement) => void;
};

/** Visits what stands in an element in document order, without recursion; `leave` is called for each element that was entered. */
export function walkTree(root: PageElement, visitor: Visitor): void {
  let node = root.firstChild;
  let parent = root;
  while (node !== null) {
    if (node.kind === 'text') visitor.text(node.text);
    else if (visitor.enter(node)) {
      if (node.firstChild !== null) {
        parent = node;
        node = node.firstChild;
        continue;
      }
      visitor.leave(node);
    }
    node = node.next;
    while (node === null) {
      if (parent === root || parent.parent === null) return;
      visitor.leave(parent);
      node = parent.next;
      parent = parent.parent;
    }
  }
}

/** The text below an element with white space collapsed, at most about 2,000 characters; scripts and styles left out. */
export function readElementText(element: PageElement): string {
  let text = '';
  walkTree(element, {
    text: (part) => {
      if (text.length < TEXT_LENGTH_MAX) text += part;
    },
    enter: (child) => {
      if (child.name === 'br' || child.name === 'li' || child.name === 'p' || child.name === 'div') text += ' ';
      return text.length < TEXT_LENGTH_MAX && !UNREAD.has(child.name);
    },
    leave: () => {},
  });
  return text.replace(/\s+/g, ' ').trim();
}

/** Text in which character references were written out once too often (`O&#039;Neil`), as it was meant. */
export function decodeEntities(text: string): string {
  if (!/&[#\w]+;/.test(text)) return text;
  const first = parsePageTree(text).root.firstChild;
  return first?.kind === 'element' ? readElementText(first) : text;
}

/** The text directly in an element, as it is: what a script or title holds. */
export function readDirectText(element: PageElement): string {
  let text = '';
  for (let child = element.firstChild; child !== null; child = child.next)
    if (child.kind === 'text') text += child.text;
  return text;
}
