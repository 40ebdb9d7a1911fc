import { asSentence } from '#src/core/display/text.ts';
import { columnsOf, padColumns, wrapText } from '#src/core/display/wrap.ts';
import type { DigestContent } from './digest.ts';
import {
  type DigestOutline,
  type OutlineClaim,
  type OutlineLink,
  type OutlineNumber,
  type OutlineQuote,
  outlineDigest,
  REGAINED_HEADING,
} from './outline.ts';

/** Mail clients quote plain text with "> ", and 74 columns still fit into 80 after two rounds of that. */
const width = 74;
const indent = '  ';

/** A digest as plain text of 74 columns: the text part of the mail, and `digest --format text`. Links stand whole on their own lines. */
export function renderDigestText(content: DigestContent, options: { readonly webUrl: string | null }): string {
  return renderOutlineText(outlineDigest(content, options), []);
}

/** The text of an outline; `footer` are the lines that only its mail has. */
export function renderOutlineText(outline: DigestOutline, footer: readonly OutlineLink[]): string {
  const sections = [
    drawHead(outline),
    drawSection('WHAT MOVED', joinBlocks([...outline.moved.map(drawClaim), ...drawMore(outline.moreMoved)])),
    drawSection('NEW EVIDENCE', joinBlocks([...outline.evidence.map(drawClaim), ...drawMore(outline.moreEvidence)])),
    drawSection(
      REGAINED_HEADING.toUpperCase(),
      outline.regained.flatMap((link) => drawLink(link, indent)),
    ),
    drawSection('NUMBERS', [...drawNumbers(outline.numbers), ...drawMore(outline.moreNumbers).flat()]),
    drawSection(
      'SOURCES',
      outline.sources.flatMap((source) => drawSource(source)),
    ),
    drawSection(
      outline.unchangedHeading.toUpperCase(),
      [...outline.unchanged, ...listOf(outline.moreUnchanged)].flatMap((link) => drawLink(link, indent)),
    ),
  ].filter((section) => section.length > 0);
  const end = [
    '-- ',
    ...wrap(outline.covers),
    ...[...listOf(outline.web), ...footer].flatMap((link) => drawLink(link, '')),
    ...wrap(outline.creed),
  ];
  return `${[...sections.map((lines) => lines.join('\n')), end.join('\n')].join('\n\n\n')}\n`;
}

function drawHead(outline: DigestOutline): readonly string[] {
  const notice = outline.notice === null ? [] : ['', ...wrap(outline.notice.heading), ...wrap(outline.notice.words)];
  const coverage = [outline.read, outline.missed, outline.outdated].filter((words) => words !== null).join(' ');
  return [
    ...wrap(outline.dateLine.replaceAll(' · ', ' - ')),
    '',
    ...wrap(`${outline.headline}.`),
    ...wrap(coverage),
    ...(outline.late === null ? [] : ['', ...wrap(outline.late)]),
    ...notice,
  ];
}

function drawSection(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, '', ...lines];
}

function drawClaim(claim: OutlineClaim): readonly string[] {
  const counts = claim.counts.map(({ words }) => words).join(', ');
  return [
    ...wrap(claim.statement.words),
    ...(counts === '' ? [] : wrap(counts, indent)),
    ...wrap(claim.news, indent),
    ...drawAddress(claim.statement, indent),
    ...claim.quotes.flatMap((quote) => ['', ...drawQuote(quote)]),
    ...drawMore(claim.more).flatMap((lines) => ['', ...lines]),
  ];
}

function drawQuote(quote: OutlineQuote): readonly string[] {
  const language = quote.language === null ? '' : ` (in ${quote.language})`;
  return [
    ...wrap(`${quote.stance.toUpperCase()} ${quote.speaker}${language}`, indent),
    ...wrap(quote.words, `${indent}> `),
    ...wrap(`${quote.outlet}, ${quote.when}.`, indent),
    ...(quote.spoken === null ? [] : drawLink({ ...quote.spoken, words: asSentence(quote.spoken.words) }, indent)),
    ...(quote.note === null ? [] : wrap(quote.note, indent)),
    ...(quote.link === null ? [] : drawAddress(quote.link, indent)),
  ];
}

function drawNumbers(numbers: readonly OutlineNumber[]): readonly string[] {
  const widest = Math.min(22, Math.max(0, ...numbers.map(({ value }) => columnsOf(value))));
  return numbers.flatMap((number) => {
    const [first = '', ...rest] = wrap(`${number.short}: ${number.who}. ${number.seen}.`, ' '.repeat(widest + 4));
    return [`${indent}${padColumns(ascii(number.value), widest)}  ${first.trimStart()}`, ...rest];
  });
}

function drawSource(source: DigestOutline['sources'][number]): readonly string[] {
  return [
    ...wrap(`${source.state}: ${source.name.words}. ${source.words}`, indent),
    ...drawAddress(source.name, indent),
  ];
}

function drawMore(more: OutlineLink | null): readonly (readonly string[])[] {
  return listOf(more).map((link) => drawLink({ ...link, words: `and ${link.words}` }, indent));
}

function drawLink(link: OutlineLink, before: string): readonly string[] {
  return [...wrap(link.words, before), ...drawAddress(link, before)];
}

function drawAddress(link: OutlineLink, before: string): readonly string[] {
  return link.href === null ? [] : [`${before}${link.href}`];
}

function joinBlocks(blocks: readonly (readonly string[])[]): readonly string[] {
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function listOf(link: OutlineLink | null): readonly OutlineLink[] {
  return link === null ? [] : [link];
}

function wrap(text: string, before = ''): readonly string[] {
  return wrapText(ascii(text), { width, indent: before });
}

/** Arrows and narrow spaces are missing from many terminal fonts; the quotes' own letters stay. */
function ascii(text: string): string {
  return text.replaceAll('→', '->').replaceAll('\u202f', ' ');
}
