import type { Element } from 'domhandler';
import { isFurniture } from './page-body.ts';
import type { Box, PageSurvey } from './page-survey.ts';
import { walkTree } from './page-tree.ts';
import { resolveHttpUrl } from './url.ts';

const SILENT = new Set(
  `script style noscript template svg math canvas video audio object embed iframe button select textarea input option
  datalist dialog map progress meter`.split(/\s+/),
);
/** Elements that start a line of their own without a blank line before them. */
const LINE_TAGS = new Set(['li', 'tr', 'dt', 'dd']);
/** Cells stand on the line of their row, separated by a tab. */
const CELLS = new Set(['td', 'th']);

/** A link inside a block; offsets are UTF-16 indexes into the text of that block. */
export type BlockLink = { readonly href: string; readonly start: number; readonly end: number };

/** One paragraph, heading, list item or line of an article. */
export type TextBlock = {
  readonly text: string;
  readonly tag: string;
  readonly links: readonly BlockLink[];
  readonly linkLength: number;
  readonly isLine: boolean;
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
};

/** Turns the subtree of a box into blocks of text, leaving furniture out. */
export function renderBlocks(root: Box, survey: PageSurvey): readonly TextBlock[] {
  const boxes = new Map<Element, Box>();
  for (const box of survey.boxes.slice(root.index, root.end)) boxes.set(box.element, box);
  const state: Builder = {
    blocks: [],
    text: '',
    links: [],
    open: null,
    separator: '',
    preDepth: 0,
    tag: root.element.name,
    isLine: false,
  };
  walkTree(root.element, {
    text: (text) => addText(text, state),
    enter: (element) => {
      const box = boxes.get(element);
      if (box === undefined || SILENT.has(element.name) || isFurniture(box, root)) return false;
      openElement(box, state);
      return true;
    },
    leave: (element) => {
      const box = boxes.get(element);
      if (box !== undefined) closeElement(box, state);
    },
  });
  endBlock(state);
  return state.blocks;
}

function openElement(box: Box, state: Builder): void {
  const { name, attribs } = box.element;
  if (CELLS.has(name)) state.separator = '\t';
  else if (box.isBlock) {
    endBlock(state);
    if (name !== 'br') state.tag = name;
    if (LINE_TAGS.has(name)) state.isLine = true;
  }
  if (name === 'pre') state.preDepth++;
  if (name === 'a' && attribs['href'] !== undefined) {
    closeLink(state);
    state.open = { href: attribs['href'], start: -1 };
  }
}

function closeElement(box: Box, state: Builder): void {
  const { name } = box.element;
  if (name === 'a') closeLink(state);
  if (name === 'pre') state.preDepth--;
  if (!box.isBlock || CELLS.has(name)) return;
  const hadText = endBlock(state);
  // One line break continues the block; two, or the end of an element, start another.
  state.isLine = name === 'br' && hadText;
  state.tag = box.parent?.element.name ?? state.tag;
}

function addText(raw: string, state: Builder): void {
  const text = state.preDepth > 0 ? raw.replace(/\r\n?/g, '\n') : raw.replace(/[\s\p{Cc}]+/gu, ' ');
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
    state.blocks.push({ text: state.text, tag: state.tag, links: state.links, linkLength, isLine: state.isLine });
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
