import type { Box } from './survey.ts';
import { readElementText } from './tree.ts';

/** A block holding more than this share of the sentences is never furniture, whatever its names say. */
const FURNITURE_SCORE_SHARE_MAX = 1 / 3;
/** Cards, slides and headers with more sentences than this are part of the article. */
const TRIMMING_SCORE_MAX = 12;
/** An article element with this much text is a whole article; what stands beside it is another one. */
const ARTICLE_SCORE_MIN = 20;
/** An article element around the headline with less text is only the article's head. */
const OWN_ARTICLE_SCORE_MIN = 10;
/** A figure with more sentences than this is a table, a listing or a list dressed as a figure, not a caption. */
const FIGURE_SCORE_MAX = 25;
/** A short link such as [12], # or ↩ leads to a footnote, to its own heading or back into the text. */
const MARK_LENGTH_MAX = 5;
/** Blocks made mostly of links are navigation. */
const LINK_SHARE_MAX = 0.75;
/** The same for names that never stand on an article, such as comments. */
const STRONG_SCORE_SHARE_MAX = 0.8;
/** A parent with this much more clean text holds an article that is split over several containers. */
const CLIMB_GAIN_MIN = 1.25;
/** A container that is named as the body is left only for much more. */
const NAMED_CLIMB_GAIN_MIN = 1.9;
/** How far up a named body is looked for. */
const NAMED_LEVELS = 4;
/** What a container around the headline's own article counts. */
const OUTER_FACTOR = 0.3;
/** What a container outside the headline's own article counts. */
const OTHER_ARTICLE_FACTOR = 0.1;

const FURNITURE_TAGS = new Set(['aside', 'footer', 'figcaption', 'nav', 'menu', 'address']);
const TABLE_PARTS = new Set(['tr', 'td', 'th', 'tbody', 'thead']);
const LIST_TAGS = new Set(['ul', 'ol', 'div', 'section', 'p', 'table', 'h2', 'h3', 'h4', 'dl', 'li']);

/**
 * Tells whether a box of the subtree `root` is furniture; looks at the box alone, not at its parents. In a gallery that is the
 * article, a name such as `gallery-item` means nothing.
 */
export function isFurniture(box: Box, root: Box): boolean {
  const { element, signs } = box;
  const tag = element.name;
  const isStrong = signs.isStrong && !box.holdsHeading;
  const isLarge = box.score > root.score * (isStrong ? STRONG_SCORE_SHARE_MAX : FURNITURE_SCORE_SHARE_MAX);
  if (signs.isConsent && !box.holdsHeading && tag !== 'body') return true;
  if (isHidden(box) && !isLarge && !signs.isSubscriber) return true;
  if (isLarge || tag === 'body' || tag === 'html') return false;
  if (TABLE_PARTS.has(tag)) return false;
  if (FURNITURE_TAGS.has(tag) || signs.isFurniture || isReferenceMark(box)) return true;
  if (tag === 'header' && box.holdsHeading) return true;
  const isTrimming = tag === 'header' || (signs.isTrimming && !root.signs.isTrimming);
  if (isTrimming && box.score < TRIMMING_SCORE_MAX) return true;
  return (tag === 'figure' || tag.startsWith('amp-')) && box.score < FIGURE_SCORE_MAX;
}

/** Tells whether a block is made of links to elsewhere: navigation, except on a page that lists episodes. */
export function isLinkList(box: Box, root: Box): boolean {
  if (box.score > root.score * FURNITURE_SCORE_SHARE_MAX) return false;
  return LIST_TAGS.has(box.element.name) && box.linkLength > box.length * LINK_SHARE_MAX && box.length > 0;
}

/** Tells whether a box is a mark of the page rather than a word of the text: a short link without letters, or a raised one. */
function isReferenceMark({ element, length, linkLength }: Box): boolean {
  if (length === 0 || length > MARK_LENGTH_MAX || linkLength !== length) return false;
  if (element.name === 'sup') return true;
  return element.attributes['href']?.startsWith('#') === true && !/\p{L}/u.test(readElementText(element));
}

function isHidden(box: Box): boolean {
  const { attributes } = box.element;
  if (attributes['hidden'] !== undefined || attributes['aria-hidden'] === 'true') return true;
  const style = attributes['style'];
  return style !== undefined && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);
}

/** Finds the element that holds the article; null when the page has no sentences at all. */
export function findBodyBox(boxes: readonly Box[], headline: Box | null): Box | null {
  const root = boxes[0];
  if (root === undefined) return null;
  const clean = new Float64Array(boxes.length);
  const points = new Float64Array(boxes.length);
  for (let i = 0; i < boxes.length; i++) {
    const box = boxes[i];
    if (box === undefined) break;
    if (isFurniture(box, root) || isLinkList(box, root)) {
      i = box.end - 1;
      continue;
    }
    if (box.ownScore > 0) spreadScore(box, { clean, points });
  }
  const own = findOwnArticle(headline, clean);
  let best: Box | null = null;
  let bestPoints = 0;
  for (const box of boxes) {
    const rated = rateBox(box, points) * (own === null ? 1 : rateOwnership(box, own));
    if (rated > bestPoints) {
      best = box;
      bestPoints = rated;
    }
  }
  return best === null ? null : climb(best, { boxes, clean, own });
}

/** The article element around the headline: what stands in other article elements is another article. */
function findOwnArticle(headline: Box | null, clean: Float64Array): Box | null {
  for (let at = headline; at !== null; at = at.parent) {
    if (at.element.name === 'article') return (clean[at.index] ?? 0) > OWN_ARTICLE_SCORE_MIN ? at : null;
  }
  return null;
}

function rateOwnership(box: Box, own: Box): number {
  if (isWithin(box, own)) return 1;
  return isWithin(own, box) ? OUTER_FACTOR : OTHER_ARTICLE_FACTOR;
}

function isWithin(box: Box, outer: Box): boolean {
  return box.index >= outer.index && box.index < outer.end;
}

function spreadScore(box: Box, totals: { clean: Float64Array; points: Float64Array }): void {
  let level = box.ownRunCount > 1 ? 1 : 0;
  for (let at: Box | null = box; at !== null; at = at.parent) {
    totals.clean[at.index] = (totals.clean[at.index] ?? 0) + box.ownScore;
    if (level > 0 && level <= 4) totals.points[at.index] = (totals.points[at.index] ?? 0) + box.ownScore / level;
    level++;
  }
}

function rateBox(box: Box, points: Float64Array): number {
  const linkShare = box.length === 0 ? 0 : box.linkLength / box.length;
  const bonus = box.signs.isBody ? 1.3 : box.element.name === 'article' ? 1.1 : 1;
  return (points[box.index] ?? 0) * (1 - linkShare) * bonus;
}

function climb(best: Box, page: { boxes: readonly Box[]; clean: Float64Array; own: Box | null }): Box {
  const { boxes, clean, own } = page;
  let box = best;
  for (
    let at: Box | null = best === own ? null : best.parent;
    at !== null && at.element.name !== 'html';
    at = at.parent
  ) {
    const inner = clean[box.index] ?? 0;
    const outer = clean[at.index] ?? 0;
    const isSplit = !box.signs.isBody || outer >= inner * NAMED_CLIMB_GAIN_MIN || hasTwin(box, at, boxes);
    if (outer >= inner * CLIMB_GAIN_MIN && isSplit) box = at;
    if (at === own || (at.element.name === 'article' && outer > ARTICLE_SCORE_MIN)) break;
  }
  return findNamedAround(box, clean);
}

/** The named body just around a container: its first paragraph often stands outside the box that holds the others. */
function findNamedAround(box: Box, clean: Float64Array): Box {
  if (box.signs.isBody) return box;
  let at = box.parent;
  for (let level = 0; level < NAMED_LEVELS && at !== null && at.element.name !== 'body'; level++) {
    const gain = (clean[at.index] ?? 0) / (clean[box.index] ?? 1);
    if (at.signs.isBody) return gain < CLIMB_GAIN_MIN ? at : box;
    at = at.parent;
  }
  return box;
}

/** Whether a box of the same class stands beside this one: an article cut into several named containers. */
function hasTwin(box: Box, parent: Box, boxes: readonly Box[]): boolean {
  const name = box.element.attributes['class'];
  return boxes
    .slice(parent.index, parent.end)
    .some((other) => !isWithin(other, box) && other.element.attributes['class'] === name && other.score > 0);
}
