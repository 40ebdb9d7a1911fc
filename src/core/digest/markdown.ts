import type { DigestContent } from './digest.ts';
import {
  type OutlineClaim,
  type OutlineLink,
  type OutlineNumber,
  type OutlineQuote,
  outlineDigest,
  REGAINED_HEADING,
} from './outline.ts';

/** What Markdown (CommonMark and its table and autolink extensions) would read as its own signs. */
const special = /[\\`*_{}[\]()#+!|<>~&^=-]/g;
const numberedLine = /^(\d+)([.)])/;

/** A digest as Markdown, same order and links as the mail. Outside text is escaped: it adds no link, image, heading or HTML. */
export function renderDigestMarkdown(content: DigestContent, options: { readonly webUrl: string | null }): string {
  const outline = outlineDigest(content, options);
  const blocks = [
    escapeText(outline.dateLine),
    `# ${escapeText(outline.headline)}`,
    [
      outline.read,
      ...(outline.missed === null ? [] : [`**${outline.missed}**`]),
      ...(outline.outdated === null ? [] : [escapeText(outline.outdated)]),
    ].join(' '),
    ...(outline.notice === null
      ? []
      : [`> **${escapeText(outline.notice.heading)}** ${escapeText(outline.notice.words)}`]),
    ...section('What moved', [...outline.moved.flatMap(drawClaim), ...drawMore(outline.moreMoved)]),
    ...section('New evidence', [...outline.evidence.flatMap(drawClaim), ...drawMore(outline.moreEvidence)]),
    ...section(REGAINED_HEADING, drawList(outline.regained.map(drawLink))),
    ...section('Numbers', [...drawNumbers(outline.numbers), ...drawMore(outline.moreNumbers)]),
    ...section(
      'Sources',
      drawList(
        outline.sources.map(({ state, name, words }) => `**${state}:** ${drawLink(name)}. ${escapeText(words)}`),
      ),
    ),
    ...section(outline.unchangedHeading, [
      ...drawList(outline.unchanged.map(drawLink)),
      ...drawMore(outline.moreUnchanged),
    ]),
    '---',
    [escapeText(outline.covers), ...(outline.web === null ? [] : [`${drawLink(outline.web)}.`]), outline.creed].join(
      ' ',
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function section(heading: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`## ${heading}`, ...blocks];
}

function drawClaim(claim: OutlineClaim): readonly string[] {
  const counts = claim.counts.map(({ words, isChanged }) => (isChanged ? `**${words}**` : words)).join(', ');
  return [
    `### ${drawLink(claim.statement)}`,
    `${counts === '' ? '' : `${counts}. `}${escapeText(claim.news)}`,
    ...claim.quotes.map(drawQuote),
    ...drawMore(claim.more),
  ];
}

function drawQuote(quote: OutlineQuote): string {
  const stance = `${quote.stance.slice(0, 1).toUpperCase()}${quote.stance.slice(1)}`;
  const place = [
    escapeText(quote.outlet),
    quote.when,
    ...(quote.language === null ? [] : [`in ${quote.language}`]),
    ...(quote.spoken === null ? [] : [drawLink(quote.spoken)]),
  ].join(', ');
  const link = quote.link === null ? '' : `. ${drawLink(quote.link)}`;
  return [
    `**${stance}** ${escapeText(quote.speaker)}:`,
    '',
    `> ${escapeText(quote.words)}`,
    '',
    `${place}${link}`,
    ...(quote.note === null ? [] : ['', escapeText(quote.note)]),
  ].join('\n');
}

function drawNumbers(numbers: readonly OutlineNumber[]): readonly string[] {
  if (numbers.length === 0) return [];
  const rows = numbers.map(
    ({ short, value, speaker, outlet, seen }) =>
      `| ${[short, value, speaker, outlet, seen].map(escapeText).join(' | ')} |`,
  );
  return [
    ['| Claim | Value | Who says so | Outlet | Seen before? |', '| --- | ---: | --- | --- | --- |', ...rows].join('\n'),
  ];
}

function drawList(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
}

function drawMore(more: OutlineLink | null): readonly string[] {
  return more === null ? [] : [`and ${drawLink(more)}`];
}

function drawLink(link: OutlineLink): string {
  return link.href === null
    ? escapeText(link.words)
    : `[${escapeText(link.words)}](<${link.href.replace(/[<>\\]/g, encodeURIComponent)}>)`;
}

/** A colon is escaped too where it would make an address that some readers link by themselves. */
function escapeText(text: string): string {
  return text
    .replace(special, (sign) => `\\${sign}`)
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (start) => start.replace('.', '\\.'))
    .replace(numberedLine, '$1\\$2');
}
