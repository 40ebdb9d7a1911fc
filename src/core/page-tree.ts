import { type ChildNode, type Document, DomHandler, Element, isTag, type ParentNode } from 'domhandler';
import { Parser } from 'htmlparser2';

/**
 * Deepest element that is read; browsers stop at 512 too. The parser's cost per end tag grows with the depth, so a
 * page that goes deeper is cut there and says so.
 */
const DEPTH_MAX = 512;
/** Names, dates and titles are far shorter. */
const TEXT_LENGTH_MAX = 2_000;
const UNREAD = new Set(['script', 'style', 'noscript', 'template', 'svg', 'button', 'select', 'textarea']);

/** A page as a domhandler tree (the kind cheerio loads), with what was lost on the way. */
export type PageTree = { readonly document: Document; readonly problems: readonly string[] };

/** Parses HTML into a tree in linear time and at most 512 levels deep; never throws. */
export function parsePageTree(html: string): PageTree {
  const handler = new DomHandler();
  const problems: string[] = [];
  let depth = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      depth++;
      handler.onopentag(name, attributes);
      if (depth > DEPTH_MAX) parser.pause();
    },
    onclosetag() {
      depth--;
      handler.onclosetag();
    },
    ontext: (text) => handler.ontext(text),
  });
  // Fragments and pages without html and body tags get the root that a browser would give them.
  parser.write('<html>');
  parser.write(html);
  if (depth > DEPTH_MAX) problems.push(`page nests deeper than ${DEPTH_MAX} elements: the rest was not read`);
  else parser.end();
  return { document: handler.root, problems };
}

/** What a walk does at each node: `enter` returns false to leave the children of an element out. */
export type Visitor = {
  readonly text: (text: string) => void;
  readonly enter: (element: Element) => boolean;
  readonly leave: (element: Element) => void;
};

/** Visits a tree in document order without recursion; `leave` is called for each element that was entered. */
export function walkTree(root: ParentNode, visitor: Visitor): void {
  let node: ChildNode | null = root.firstChild;
  while (node !== null) {
    if (node.type === 'text') visitor.text(node.data);
    else if (isTag(node) && visitor.enter(node)) {
      if (node.firstChild !== null) {
        node = node.firstChild;
        continue;
      }
      visitor.leave(node);
    }
    while (node.next === null) {
      const parent: ParentNode | null = node.parent;
      if (parent === null || parent === root || !isTag(parent)) return;
      visitor.leave(parent);
      node = parent;
    }
    node = node.next;
  }
}

/** The text below an element with white space collapsed, at most about 2,000 characters; scripts and styles left out. */
export function readElementText(element: Element): string {
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
  const first = parsePageTree(text).document.firstChild;
  return first instanceof Element ? readElementText(first) : text;
}

/** The text nodes directly in an element, as they are: what a script or title holds. */
export function readDirectText(element: Element): string {
  let text = '';
  for (const child of element.children) if (child.type === 'text') text += child.data;
  return text;
}
