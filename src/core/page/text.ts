import { resolveHttpUrl } from '#src/core/url.ts';
import { isFurniture, isLinkList } from './body.ts';
import type { Box, PageSurvey } from './survey.ts';
import { walkTree } from './tree.ts';

/** Elements that start a line of their own without a blank line before them. */
const LINE_TAGS = new Set(['li', 'tr', 'dt', 'dd']);
const LISTS = new Set(['ul', 'ol', 'dl', 'table']);
/** Cells stand on the line of their row, separated by a tab. */
const CELLS = new Set(['td', 'th']);
const HEADING = /^h[1-6]$/;
/** Headings of lists that say what the article rests on: made of links, and yet no navigation. */
const SOURCES =
  /^(?:(?:our )?sources?|references?|notes and references|citations?|bibliography|works cited|quellen(?:angaben)?|literatur|fuentes|referencias|références|fonti|fontes|referências|bibliogra[fp]h?[ií]a|источники|出典|参考(?:文献|資料|资料)|參考(?:文獻|資料)|참고 ?문헌)\s*[:：]?$/i;

/** A link inside a block; offsets are UTF-16 indexes into the text of that block. */
export type BlockLink = { readonly href: string; readonly start: number; readonly end: number };

/** One paragraph, heading, list item or line of an article. */
export type TextBlock = {
  readonly text: string;
  readonly tag: string;
  readonly links: readonly BlockLink[];
  readonly linkLength: number;
  readonly isLine: boolean;
  /** Whether it is an entry of the list of sources. */
  readonly isSource: boolean;
};

type Builder = {
  blocks: TextBlock[];
  text: string;
  links: { href: string; start: number; end: number }[];
  open: { href: string; start: number } | null;
  separator: '' | ' ' | '\t';
  preDepth: number;
  tag: string;
  isLine: boolean;
  /** The first item of a list stands apart from what is before the list. */
  isListStart: boolean;
  isSource: boolean;
};

/** Turns the subtree of a box into blocks of text, leaving furniture out, and lists of links unless they are wanted. */
export function renderBlocks(root: Box, survey: PageSurvey, keepsLinks = false): readonly TextBlock[] {
  const state: Builder = {
    blocks: [],
    text: '',
    links: [],
    open: null,
    separator: '',
    preDepth: 0,
    tag: root.element.name,
    isLine: false,
    isListStart: false,
    isSource: false,
  };
  // Boxes stand in the order of the walk, so the next one is known without a look-up; elements without a box are silent.
  const open: Box[] = [];
  let next = root.index + 1;
  walkTree(root.element, {
    text: (text) => addText(text, state),
    enter: (element) => {
      if (element.name === 'br') breakLine(state);
      const box = survey.boxes[next];
      if (box === undefined || box.element !== element) return false;
      const isOut = isFurniture(box, root) || (!keepsLinks && !state.isSource && isLinkList(box, root));
      next = isOut ? box.end : next + 1;
      if (!isOut) {
        openElement(box, state);
        open.push(box);
      }
      return !isOut;
    },
    leave: () => {
      const box = open.pop();
      if (box !== undefined) closeElement(box, state);
    },
  });
  endBlock(state);
  return state.blocks;
}

function openElement(box: Box, state: Builder): void {
  const { name, attributes } = box.element;
  if (CELLS.has(name)) state.separator = '\t';
  else if (box.isBlock) {
    endBlock(state);
    state.tag = name;
    if (LISTS.has(name)) state.isListStart = true;
    if (LINE_TAGS.has(name)) state.isLine = !state.isListStart;
  }
  if (name === 'pre') state.preDepth++;
  if (name === 'a' && attributes['href'] !== undefined) {
    closeLink(state);
    state.open = { href: attributes['href'], start: -1 };
  }
}

function closeElement(box: Box, state: Builder): void {
  const { name } = box.element;
  if (name === 'a') closeLink(state);
  if (name === 'pre') state.preDepth--;
  if (!box.isBlock || CELLS.has(name)) return;
  endBlock(state);
  if (LISTS.has(name)) state.isSource = false;
  state.isLine = false;
  state.tag = box.parent?.element.name ?? state.tag;
}

/** One line break continues the block on a new line; two, or the end of an element, start another block. */
function breakLine(state: Builder): void {
  state.isLine = endBlock(state);
}

function addText(raw: string, state: Builder): void {
  const text = state.preDepth > 0 ? raw.replace(/\r\n?/g, '\n') : raw.replace(/\s+/g, ' ');
  const core = text.trim();
  if (core === '') {
    if (text !== '' && state.separator === '') state.separator = ' ';
    return;
  }
  const separator = state.separator === '' && /^\s/.test(text) ? ' ' : state.separator;
  if (state.text !== '') state.text += separator;
  if (state.open !== null && state.open.start < 0) state.open.start = state.text.length;
  state.text += core;
  state.separator = /\s$/.test(text) ? ' ' : '';
}

function closeLink(state: Builder): void {
  const { open } = state;
  state.open = null;
  if (open !== null && open.start >= 0 && open.start < state.text.length) {
    state.links.push({ href: open.href, start: open.start, end: state.text.length });
  }
}

function endBlock(state: Builder): boolean {
  const { open } = state;
  const hadText = state.text !== '';
  closeLink(state);
  if (hadText) {
    const linkLength = state.links.reduce((sum, link) => sum + link.end - link.start, 0);
    const { text, tag, links, isLine, isSource } = state;
    state.blocks.push({ text, tag, links, linkLength, isLine, isSource });
    if (HEADING.test(tag)) state.isSource = SOURCES.test(text);
    state.isListStart = false;
  }
  if (open !== null) state.open = { href: open.href, start: -1 };
  state.text = '';
  state.links = [];
  state.separator = '';
  return hadText;
}

/** A link in an article's text; `text` is the slice from `start` to `end` (UTF-16 offsets). */
export type PageLink = { readonly url: string; readonly text: string; readonly start: number; readonly end: number };

/** Addresses that share or mail a page; they cite nothing. */
const SHARE_LINK =
  /(?:facebook\.com\/(?:sharer|share\.php|dialog)|(?:twitter|x)\.com\/(?:intent|share|home\?status)|linkedin\.com\/(?:shareArticle|sharing|cws)|pinterest\.[a-z.]+\/pin\/create|reddit\.com\/submit|(?:api|web)\.whatsapp\.com\/send|\bt\.me\/share|telegram\.me\/share|getpocket\.com\/save|news\.ycombinator\.com\/submitlink)/i;

/**
 * Joins blocks into one text: a blank line between blocks, a line break before list items, table rows and lines after a single
 * `br`. Links keep their order; fragments of the page itself and share links are left out.
 */
export function joinBlocks(
  blocks: readonly TextBlock[],
  baseUrl: string | null,
): { text: string; links: readonly PageLink[] } {
  let text = '';
  const links: PageLink[] = [];
  for (const [index, block] of blocks.entries()) {
    if (index > 0) text += block.isLine ? '\n' : '\n\n';
    const offset = text.length;
    text += block.text;
    for (const { href, start, end } of block.links) {
      const url = href.startsWith('#') || SHARE_LINK.test(href) ? null : resolveHttpUrl(href, baseUrl);
      if (url !== null)
        links.push({ url, text: block.text.slice(start, end), start: offset + start, end: offset + end });
    }
  }
  return { text, links };
}
