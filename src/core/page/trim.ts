import { parseDate } from '#src/core/date.ts';
import { BYLINE_PREFIX } from './byline.ts';
import type { TextBlock } from './text.ts';
import { listWords } from './words.ts';

/** A block with more linked text than this is navigation; table rows are data. */
const LINK_SHARE_MAX = 0.75;
/** Title, byline and date stand in the first blocks when they are inside the body. */
const HEAD_BLOCKS = 6;
const HEAD_LINE_LENGTH_MAX = 100;
/** Closing lines about the paper, the author and the next story; longer blocks are text. */
const TAIL_BLOCKS_MAX = 12;
const TAIL_LENGTH_MAX = 500;
/** After a "related" heading less than this share of the text may follow for it to be the end of the article. */
const APPENDIX_SHARE_MAX = 0.35;

const HEADING_LENGTH_MAX = 60;

const HEADING = /^h[1-6]$/;

/** Whole lines that are labels of the page, wherever they stand. */
const LABEL = new RegExp(
  `^(?:${[
    'advertisement|advertising|ad|sponsored(?: content)?|anzeige|werbung|publicidade?|publicité|pubblicità|реклама|広告|广告|광고',
    '(?:story|article) continues.{0,40}|continue reading.{0,40}|skip (?:past )?(?:advertisement|newsletter).{0,30}',
    'close|caption(?: close)?|(?:hide|toggle) caption|share(?: this)?(?: article| story)?|print|loading[ .]*|enlarge.{0,20}',
    'image \\d+ of \\d+|\\d+ ?(?:of|/) ?\\d+|play(?: video)?|recommended videos?|view (?:gallery|comments)|leave a comment',
    '(?:updated |published )?\\d+ (?:minutes?|hours?|days?|weeks?|months?) ago|\\d+ comments?|\\d+ min(?:ute)?s?(?: read)?|(?:tempo de leitura|reading time|lesezeit).{0,20}',
    'related posts?:?.{0,60}|read more|you (?:may|might) also like.{0,20}|don.t miss.{0,10}',
  ].join('|')})[.:]?$`,
  'i',
);

/** Openings of lines that lead to another article, when linked. */
const POINTER =
  /^(?:related|read|read more|read next|read also|also read|see also|see|more|watch|listen|don.t miss|recommended|lire aussi|lesen sie|leia|veja|lee|lea|leggi|читайте|関連記事|相关|관련)\b/i;

export const TAIL: readonly RegExp[] = [
  /^(?:follow|like|join|find|connect with) (?:us|me|him|her|them|\p{Lu})/iu,
  /^(?:sign up|subscribe|register|download (?:the|our)|stay (?:up|on|tuned|informed|connected)|click here|tap here|donate|support)\b/i,
  /^(?:get (?:the|our|all|more|breaking|daily)|want (?:more|to|great|the)|ha(?:ve|s) (?:a|you|got)|got a (?:tip|story)|listen to|watch (?:more|now|the|:))\b/i,
  /^(?:for more|more (?:from|on|great|about|stories|news|information|ap|must)|read (?:more|next|also|our|the full)|see (?:also|more)|also (?:read|on|available)|you (?:may|might)|related|recommended|don.t miss|most (?:read|popular)|trending|up next)\b/i,
  /^[([]?(?:additional |further |with )?(?:reporting|writing|editing|edited|compiled|translated) by\b/i,
  /\bcontributed to this (?:report|story|article|piece)\b/i,
  /\b(?:can|may) be (?:reached|contacted|followed)\b|\b(?:reach|email|contact|follow) (?:him|her|them|me|us|the (?:reporter|author|writer)s?|reporter|\p{Lu}\p{L}+ \p{Lu}\p{L}+ (?:at|on))\b/iu,
  /^(?:first |last |this (?:page|article|story) was (?:last )?)?(?:published|updated|posted|edited|modified|reviewed)\b[^.!?]{4,40}\d{4}\b[^.!?]{0,20}\.?$/i,
  /^(?:by (?:subscribing|signing up)|thanks? (?:you )?for (?:signing up|subscribing)|your subscription (?:has been|is) confirmed|you (?:may|can) unsubscribe)\b/i,
  /^(?:copyright|©|\(c\) ?\d{4})/i,
  /^(?:image|photo|picture|lead image|featured image|cover|foto|bild|source|via|fonte|fuente|quelle|crédito|credit)s?(?: credits?| by)?\s?[:：]/i,
  /^(?:tags?|topics?|filed under|categories|tagged|journal information|provided by|more information|doi|contacts?|about (?:the author|us)|our standards|newsletter|disclaimer|disclosure|comments?)\b.{0,200}$/i,
  /\b(?:affiliate (?:links?|commission)|earn a commission|may receive compensation|privacy policy|terms of (?:use|service)|user agreement|comment(?:s|ing)? (?:policy|guidelines|are))\b/i,
  /^(?:leia (?:mais|também)|veja (?:mais|também)|le[ea] también|lire aussi|à lire|lesen sie|mehr zum thema|leggi anche|читайте|подробнее|関連記事|相关阅读|延伸阅读|责任编辑|編輯|编辑|관련기사)/i,
  /^(?:\[[^\]]{0,40}\]|[*•·\-–—\s]{1,10}|#{1,3}|click)$/i,
];

const APPENDIX =
  /^(?:related|recommended|read (?:more|next)|more (?:from|great|on|stories|news|articles)|most (?:read|popular)|you (?:may|might)|trending|latest|comments?|leave a (?:comment|reply)|about the authors?|share this|sign up|newsletter|subscribe|popular|top stories|further reading|see also|lire aussi|mehr zum thema|leggi anche|leia também|te puede interesar)\b|^(?:この記事を書いた人|関連(?:記事|企業|ニュース)|相关(?:阅读|新闻|推荐)|관련 ?기사|기자 소개)/i;

/** What is known of the page when its blocks are trimmed; `keepsLinks` on pages that list episodes. */
export type TrimContext = {
  readonly title: string | null;
  readonly byline: string | null;
  readonly keepsLinks: boolean;
};

/** Leaves out what a body container holds besides the article: its head lines, labels, pointers, closing notices. */
export function trimBlocks(blocks: readonly TextBlock[], context: TrimContext): readonly TextBlock[] {
  const inner = blocks.filter(
    (block, index) => !isHeadLine(block, index, context) && (context.keepsLinks || !isPointer(block)),
  );
  return cutTail(cutAppendix(inner), context);
}

function isHeadLine(block: TextBlock, index: number, context: TrimContext): boolean {
  if (block.tag === 'h1') return true;
  if (index >= HEAD_BLOCKS || block.text.length > HEAD_LINE_LENGTH_MAX * 3) return false;
  const words = listWords(block.text).join(' ');
  if (context.title !== null && words === listWords(context.title).join(' ')) return true;
  if (block.text.length > HEAD_LINE_LENGTH_MAX) return false;
  if (BYLINE_PREFIX.test(block.text) && !/[.!?。]$/.test(block.text)) return true;
  if (context.byline !== null && words === listWords(context.byline).join(' ')) return true;
  return isDateLine(block.text);
}

/** The short lines at the head of a body, before it is trimmed: where a byline or date stands without markup. */
export function listHeadLines(blocks: readonly TextBlock[]): readonly string[] {
  return blocks
    .slice(0, HEAD_BLOCKS)
    .map((block) => block.text)
    .filter((text) => text.length <= HEAD_LINE_LENGTH_MAX);
}

/** A short line without a sentence that holds a date: "Updated 4 May 2024, 10:30". */
export function isDateLine(text: string): boolean {
  return /\d/.test(text) && !/[.!?。]$/.test(text) && listWords(text).length <= 14 && parseDate(text) !== null;
}

function isPointer(block: TextBlock): boolean {
  if (block.isSource) return false;
  const linkShare = block.linkLength / block.text.length;
  if (linkShare > LINK_SHARE_MAX && block.tag !== 'tr') return true;
  if (block.text.length < 80 && LABEL.test(block.text)) return true;
  return linkShare > 0.4 && POINTER.test(block.text);
}

function cutAppendix(blocks: readonly TextBlock[]): readonly TextBlock[] {
  const total = blocks.reduce((sum, block) => sum + block.text.length, 0);
  let before = 0;
  for (const [index, block] of blocks.entries()) {
    const isAppendix = isHeadingLike(block) && APPENDIX.test(block.text) && index > 2;
    if (isAppendix && total - before < total * APPENDIX_SHARE_MAX) return blocks.slice(0, index);
    before += block.text.length;
  }
  return blocks;
}

/** A heading, or a short line without a closing mark: many sites write headings as plain blocks. */
function isHeadingLike(block: TextBlock): boolean {
  return HEADING.test(block.tag) || (block.text.length <= HEADING_LENGTH_MAX && !/[.!?。,;]$/.test(block.text));
}

function cutTail(blocks: readonly TextBlock[], context: TrimContext): readonly TextBlock[] {
  const authors = (context.byline ?? '').split(', ').filter((name) => name.includes(' '));
  let end = blocks.length;
  for (let count = 0; count < TAIL_BLOCKS_MAX && end > 1; count++) {
    const block = blocks[end - 1];
    if (block === undefined || !isTail(block, authors)) break;
    end--;
  }
  return blocks.slice(0, end);
}

function isTail(block: TextBlock, authors: readonly string[]): boolean {
  if (HEADING.test(block.tag)) return true;
  if (block.text.length > TAIL_LENGTH_MAX) return false;
  if (TAIL.some((pattern) => pattern.test(block.text))) return true;
  return authors.some(
    (name) =>
      block.text.startsWith(name) &&
      /^\S* ?(?:is|was|are|writes|covers|has|joined|reports|,)\b/.test(block.text.slice(name.length).trim()),
  );
}

const CORRECTION_OPENING =
  /^(?:corrections?|clarifications?|corrected|editor.?s.? note|updated?|erratum|errata|berichtigung|korrektur|anmerkung der redaktion|corrección|fe de errat\p{L}+|rectificatif|correctif|note de la rédaction|correzione|correção|errata corrige|исправление|更正|訂正|更正启事|정정)\s*(?:\([^)]{0,60}\)|[\p{L}\d., ]{0,40})?\s*[:：—–-]/iu;
const CORRECTION_SENTENCE =
  /\b(?:an (?:earlier|previous) version of|(?:this|the) (?:article|story|post|piece|report|headline|caption) (?:has been|was|is|misstated|incorrectly)(?: since)? ?(?:updated|corrected|amended|clarified|revised|changed)?|in einer früheren version|una versión anterior|une version antérieure|una versione precedente|uma versão anterior)\b/iu;
const CORRECTION_VERB = /\b(?:correct|updat|amend|clarif|revis|chang|misstat|incorrect|version)/i;
const CORRECTIONS_MAX = 10;
const CORRECTION_LENGTH_MAX = 1_000;
const CORRECTION_LENGTH_MIN = 40;

/** The notes by which an article says that it was corrected or updated, in page order; a bare "Updated" with a date is none. */
export function findCorrections(blocks: readonly TextBlock[]): readonly string[] {
  return blocks
    .map((block) => block.text)
    .filter((text) => text.length >= CORRECTION_LENGTH_MIN && text.length <= CORRECTION_LENGTH_MAX)
    .filter((text) => CORRECTION_OPENING.test(text) || (CORRECTION_SENTENCE.test(text) && CORRECTION_VERB.test(text)))
    .slice(0, CORRECTIONS_MAX);
}
