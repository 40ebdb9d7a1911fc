import { TRACK_COUNT_MAX } from '#src/core/caption/track.ts';
import { type NameSigns, readNames } from './names.ts';
import type { PageAttributes } from './tag.ts';
import { type PageElement, readDirectText, walkTree } from './tree.ts';

/** Elements whose words are never part of an article. */
const SILENT = new Set(
  `script style noscript template svg math canvas video audio object embed iframe button select textarea input option
  datalist dialog map progress meter nav br img hr wbr source link meta base`.split(/\s+/),
);
const INLINE = new Set(
  `a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span
  strike strong sub sup time tt u var wbr`.split(/\s+/),
);

/** Addresses of pages about an author. */
export const AUTHOR_PATH =
  /\/(?:authors?|writers?|contributors?|staff|profiles?|people|journalists?|reporters?|by|autor(?:es)?|auteurs?|autori)\/[^/]/i;
/** Text that opens a byline. */
const BYLINE_START = /^\s*(?:by|von|par|por)\b/i;
const BYLINE_TEXT_LENGTH_MAX = 80;

/** Elements whose id names a part of the page; on others it is a number or the slug of a heading. */
const NAMED_BY_ID = new Set('div section article aside main header footer ul ol table td form'.split(' '));

/** A longer title tag is no title; the rest is not looked at. */
const TITLE_LENGTH_MAX = 1_000;
/** Title, author and date stand near the top; comment lists have thousands of authors and dates. */
const MARKS_MAX = 400;

/** Runs of text shorter than this (CJK characters count double) are labels, not sentences. */
const RUN_LENGTH_MIN = 25;
/** Beyond this many characters more of the same run says nothing more about where the article is. */
const RUN_LENGTH_RATED = 1_000;
const RUN_COMMAS_RATED = 10;

/** One element of the body; boxes stand in document order, so a subtree is the range from `index` to `end`. */
export type Box = {
  readonly element: PageElement;
  readonly parent: Box | null;
  readonly index: number;
  readonly signs: NameSigns;
  readonly isBlock: boolean;
  /** Index of the first box after the subtree. */
  end: number;
  /** Whether an h1 stands in the subtree. */
  holdsHeading: boolean;
  /** Length of text and of linked text in the subtree. */
  length: number;
  linkLength: number;
  /** Sum over the text runs directly in this block, see `rateRun`. */
  ownScore: number;
  ownRunCount: number;
  /** Sum of ownScore over the subtree. */
  score: number;
};

/** Everything later steps need to know of a page, gathered in one walk. */
export type PageSurvey = {
  readonly boxes: readonly Box[];
  /** Boxes that may tell title, author or date, in page order. */
  readonly marks: readonly Box[];
  /** Contents by lower-case name, property or itemprop, in page order. */
  readonly metas: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly { readonly rel: string; readonly href: string }[];
  /** The `track` elements of videos and recordings, in page order. */
  readonly tracks: readonly PageAttributes[];
  readonly structuredData: readonly string[];
  /** Inline scripts, unread: some sites keep the page's data there only. */
  readonly scripts: readonly PageElement[];
  readonly titleTag: string;
  readonly htmlLang: string | null;
  readonly baseHref: string | null;
};

type Run = { length: number; linkLength: number; commas: number };
type Surveyor = {
  boxes: Box[];
  marks: Box[];
  metas: Map<string, string[]>;
  links: { rel: string; href: string }[];
  tracks: PageAttributes[];
  structuredData: string[];
  scripts: PageElement[];
  titleTag: string;
  htmlLang: string | null;
  baseHref: string | null;
  names: Map<string, NameSigns>;
  box: Box | null;
  block: Box | null;
  linkDepth: number;
  run: Run;
};

/** Walks the tree once and gathers head, structured data and the measured boxes of the body. */
export function surveyPage(root: PageElement): PageSurvey {
  const state: Surveyor = {
    boxes: [],
    marks: [],
    metas: new Map(),
    links: [],
    tracks: [],
    structuredData: [],
    scripts: [],
    titleTag: '',
    htmlLang: null,
    baseHref: null,
    names: new Map(),
    box: null,
    block: null,
    linkDepth: 0,
    run: { length: 0, linkLength: 0, commas: 0 },
  };
  walkTree(root, {
    text: (text) => measureText(text, state),
    enter: (element) => enterElement(element, state),
    leave: (element) => leaveElement(element, state),
  });
  closeRun(state);
  return state;
}

function enterElement(element: PageElement, state: Surveyor): boolean {
  const tag = element.name;
  const attributes = element.attributes;
  if (tag === 'meta') addMeta(attributes, state);
  else if (tag === 'link') addLink(attributes, state);
  else if (tag === 'base') state.baseHref ??= attributes['href'] ?? null;
  else if (tag === 'html') state.htmlLang = attributes['lang'] ?? attributes['xml:lang'] ?? null;
  else if (tag === 'title') state.titleTag ||= readDirectText(element).slice(0, TITLE_LENGTH_MAX);
  else if (tag === 'script' && attributes['type']?.toLowerCase().includes('ld+json')) {
    state.structuredData.push(readDirectText(element));
  } else if (tag === 'script') state.scripts.push(element);
  if (tag === 'title' || tag === 'head') return tag === 'head';
  if (tag === 'br') closeRun(state);
  if (tag === 'video' || tag === 'audio') addTracks(element, state);
  if (SILENT.has(tag)) return false;
  openBox(element, state);
  return true;
}

function addLink(attributes: Record<string, string | undefined>, state: Surveyor): void {
  const { rel = '', href = '', itemprop, content } = attributes;
  state.links.push({ rel: rel.toLowerCase(), href });
  // Microdata in a head can only stand in meta and link elements; video pages name their channel so.
  if (itemprop !== undefined && content !== undefined) addMeta({ name: `link:${itemprop}`, content }, state);
}

function addTracks(player: PageElement, state: Surveyor): void {
  for (let child = player.firstChild; child !== null; child = child.next) {
    if (state.tracks.length >= TRACK_COUNT_MAX) return;
    if (child.kind === 'element' && child.name === 'track') state.tracks.push(child.attributes);
  }
}

function addMeta(attributes: Record<string, string | undefined>, state: Surveyor): void {
  const key = attributes['property'] ?? attributes['name'] ?? attributes['itemprop'] ?? attributes['http-equiv'];
  const content = attributes['content']?.trim();
  if (key === undefined || content === undefined || content === '') return;
  const known = state.metas.get(key.toLowerCase());
  if (known === undefined) state.metas.set(key.toLowerCase(), [content]);
  else known.push(content);
}

function openBox(element: PageElement, state: Surveyor): void {
  const isBlock = !INLINE.has(element.name);
  if (isBlock) closeRun(state);
  if (element.name === 'a') state.linkDepth++;
  const box: Box = {
    element,
    parent: state.box,
    index: state.boxes.length,
    signs: readNames(listNames(element), state.names),
    isBlock,
    end: 0,
    holdsHeading: element.name === 'h1',
    length: 0,
    linkLength: 0,
    ownScore: 0,
    ownRunCount: 0,
    score: 0,
  };
  state.boxes.push(box);
  if (isMark(box)) addMark(box, state);
  state.box = box;
  if (isBlock) state.block = box;
}

function listNames({ name, attributes }: PageElement): string {
  const { class: names = '', id, itemprop, role } = attributes;
  let all = names;
  if (id !== undefined && NAMED_BY_ID.has(name)) all += ` ${id}`;
  if (itemprop !== undefined) all += ` ${itemprop}`;
  return role === undefined ? all : `${all} ${role}`;
}

function addMark(box: Box, state: Surveyor): void {
  if (state.marks.length < MARKS_MAX) state.marks.push(box);
}

function isMark(box: Box): boolean {
  const { name, attributes } = box.element;
  if (name === 'h1' || name === 'time' || box.signs.isByline || box.signs.isDate) return true;
  if (attributes['itemprop'] !== undefined || (attributes['rel'] ?? '').includes('author')) return true;
  return name === 'a' && AUTHOR_PATH.test(attributes['href'] ?? '');
}

function leaveElement(element: PageElement, state: Surveyor): void {
  const { box } = state;
  if (box === null || box.element !== element) return;
  if (box.isBlock) closeRun(state);
  if (element.name === 'a') state.linkDepth--;
  box.end = state.boxes.length;
  box.score += box.ownScore;
  const { parent } = box;
  if (parent !== null) {
    parent.holdsHeading ||= box.holdsHeading;
    parent.length += box.length;
    parent.linkLength += box.linkLength;
    parent.score += box.score;
  }
  state.box = parent;
  if (box.isBlock) {
    let block = parent;
    while (block !== null && !block.isBlock) block = block.parent;
    state.block = block;
  }
}

function measureText(text: string, state: Surveyor): void {
  const { box } = state;
  if (box === null) return;
  let length = 0;
  let commas = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32) continue;
    length++;
    if (code === 0x2c) commas++;
    else if (code >= 0x60c) {
      if (code >= 0x2e80 && code < 0xfe00) length++;
      if (code === 0x3001 || code === 0xff0c || code === 0x60c) commas++;
    }
  }
  if (length === 0) return;
  if (text.length < BYLINE_TEXT_LENGTH_MAX && state.block !== null && BYLINE_START.test(text)) {
    addMark(state.block, state);
  }
  const linkLength = state.linkDepth > 0 ? length : 0;
  box.length += length;
  box.linkLength += linkLength;
  state.run.length += length;
  state.run.linkLength += linkLength;
  state.run.commas += commas;
}

function closeRun(state: Surveyor): void {
  const { run, block } = state;
  if (block !== null && run.length >= RUN_LENGTH_MIN) {
    block.ownScore += rateRun(run);
    block.ownRunCount++;
  }
  if (run.length > 0) state.run = { length: 0, linkLength: 0, commas: 0 };
}

/** Rates how much a run of text looks like article sentences: 0 for links, 14 for a long sentence with many commas. */
function rateRun(run: Run): number {
  const rated = 1 + Math.min(run.commas, RUN_COMMAS_RATED) + Math.min(run.length, RUN_LENGTH_RATED) / 100;
  return rated * (1 - run.linkLength / run.length);
}
