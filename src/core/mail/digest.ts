/** The daily mail. Tables, inline styles and plain hex only: what old Outlook and Gmail can draw. */
import { countOf, type DigestContent } from '#src/core/digest/digest.ts';
import {
  type DigestOutline,
  type OutlineClaim,
  type OutlineLink,
  type OutlineNumber,
  type OutlineOptions,
  type OutlineQuote,
  type OutlineSource,
  outlineDigest,
  REGAINED_HEADING,
} from '#src/core/digest/outline.ts';
import { renderOutlineText } from '#src/core/digest/text.ts';
import { countMissed, groupNumbers } from '#src/core/display/digest.ts';
import { safeHref } from '#src/core/display/link.ts';
import { Markup, type MarkupValue, markup } from '#src/core/display/markup.ts';
import { calendarOf, formatDay } from '#src/core/display/time.ts';

/** Gmail cuts a message near 102 KB and hides the footer with it; the rest of the message and its encoding need their share. */
const htmlBytesMax = 90_000;

const sans = `font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,'PingFang SC','Microsoft YaHei',sans-serif`;
const serif = `font-family:Charter,Cambria,'Noto Serif','Songti SC','Noto Serif CJK SC',Georgia,serif`;
const paper = '#fbfaf6';
const ink = 'color:#1a1c1e';
const ink2 = 'color:#4e5358';
const ink3 = 'color:#676c72';
const fault = 'color:#a3143c';
const line = '#dedad0';

const stanceLooks = {
  supports: { word: 'Supports', mark: '●', color: '#0b5a9e', edge: '4px solid' },
  reports: { word: 'Reports', mark: '○', color: '#5b6168', edge: '4px dotted' },
  disputes: { word: 'Disputes', mark: '◆', color: '#a84300', edge: '6px double' },
} as const;

/** Only for readers with a dark screen; without it the mail stays ink on paper. */
const darkSheet = new Markup(
  [
    '.paper{background-color:#14171a!important}',
    '.ink{color:#e9e6df!important}',
    '.ink2{color:#b9b7b1!important}',
    '.ink3{color:#9a9993!important}',
    '.fault{color:#f59ab0!important}',
    '.rule{border-color:#e9e6df!important}',
    '.line{border-color:#32373c!important}',
    '.supports{color:#86bdf2!important;border-color:#86bdf2!important}',
    '.reports{color:#b4b8bd!important;border-color:#b4b8bd!important}',
    '.disputes{color:#f2a468!important;border-color:#f2a468!important}',
  ].join(''),
);

/** The message of a digest: one line of subject under 70 characters, and both parts with the same claims, quotes and links. */
export type DigestMail = {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
};

/** Whom the mail goes to, and where its links lead. */
export type MailOptions = Pick<OutlineOptions, 'webUrl' | 'digestPath' | 'dateLanguage' | 'lateSince'> & {
  /** The reader whose entry in the ledger changes the mail; null when there is no such entry. */
  readonly readerId: string | null;
  /** Where the reader changes what they get. */
  readonly settingsUrl?: string;
  /** Where the reader stops it. Without it the footer names the entry in the ledger that does. */
  readonly unsubscribeUrl?: string;
};

/** Draws a digest as mail, cut to 90 KB; what is cut is counted and linked. */
export function renderDigestMail(content: DigestContent, options: MailOptions): DigestMail {
  const day = writeSubject(content, options.dateLanguage ?? 'en');
  const subject = options.lateSince === undefined ? day : `Late: ${day}`;
  const preheader = writePreheader(content);
  const footer = listFooter(options);
  const draw = (limits: Limits): Drawn => {
    const outline = outlineDigest(content, { ...pickPlace(options), ...limits });
    return { outline, html: drawMail(outline, { subject, preheader, footer }) };
  };
  const { outline, html } = fitMail(content, draw);
  return { subject, preheader, html, text: renderOutlineText(outline, footer) };
}

function pickPlace({ webUrl, digestPath, dateLanguage, lateSince }: MailOptions): OutlineOptions {
  return {
    webUrl,
    ...(digestPath === undefined ? {} : { digestPath }),
    ...(dateLanguage === undefined ? {} : { dateLanguage }),
    ...(lateSince === undefined ? {} : { lateSince }),
  };
}

type Drawn = { readonly outline: DigestOutline; readonly html: string };
type Limits = Pick<OutlineOptions, 'movedMax' | 'evidenceMax' | 'numbersMax'>;

/** Cuts new evidence first, then numbers. What moved is cut only where its single lines alone pass the limit: a ledger of hundreds on its first day. */
function fitMail(content: DigestContent, draw: (limits: Limits) => Drawn): Drawn {
  const whole = draw({});
  if (fits(whole)) return whole;
  const steps: readonly (readonly [most: number, limit: (count: number) => Limits])[] = [
    [content.evidence.length, (count) => ({ evidenceMax: count })],
    [groupNumbers(content.numbers).length, (count) => ({ evidenceMax: 0, numbersMax: count })],
    [content.moved.length, (count) => ({ evidenceMax: 0, numbersMax: 0, movedMax: count })],
  ];
  for (const [most, limit] of steps) {
    const count = findLargest(most, (tried) => fits(draw(limit(tried))));
    if (count !== null) return draw(limit(count));
  }
  return draw({ evidenceMax: 0, numbersMax: 0, movedMax: 0 });
}

function fits(drawn: Drawn): boolean {
  return new TextEncoder().encode(drawn.html).length < htmlBytesMax;
}

/** The largest count from 0 to `most` that still works, by halving; null when not even 0 does. */
function findLargest(most: number, works: (count: number) => boolean): number | null {
  if (!works(0)) return null;
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (works(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function writeSubject(content: DigestContent, language: string): string {
  const day = formatDay(content.date, { ...calendarOf(content.date, content.zone), language });
  if (content.sight === 'blind') return `${day}: we could not look`;
  if (content.quoteCount === 0 && content.movedCount === 0) return `${day}: nothing new`;
  const moved = content.movedCount === 0 ? 'no claim moved' : `${countOf(content.movedCount, 'claim')} moved`;
  return `${day}: ${moved}, ${countOf(content.quoteCount, 'new quote')}`;
}

function writePreheader(content: DigestContent): string {
  const { movedCount, claimCount, quoteCount, originCount, coverage } = content;
  return [
    `${movedCount} of ${countOf(claimCount, 'claim')} moved`,
    `${countOf(quoteCount, 'new quote')} from ${countOf(originCount, 'origin')}`,
    `${countMissed(content)} of ${countOf(coverage.sourcesCount, 'source')} not reached`,
  ].join(', ');
}

function listFooter(options: MailOptions): readonly OutlineLink[] {
  const { readerId, settingsUrl, unsubscribeUrl } = options;
  const settings = settingsUrl === undefined ? null : safeHref(settingsUrl);
  const stop = unsubscribeUrl === undefined ? null : safeHref(unsubscribeUrl);
  const links = [
    ...(settings === null ? [] : [{ words: 'Change what you get', href: settings }]),
    ...(stop === null ? [] : [{ words: 'Unsubscribe', href: stop }]),
  ];
  if (readerId === null) return links;
  const verbs = stop === null ? 'change or stop' : 'change';
  return [...links, { words: `To ${verbs} this mail, edit the reader “${readerId}” in ledger.yaml.`, href: null }];
}

type Frame = Pick<DigestMail, 'subject' | 'preheader'> & { readonly footer: readonly OutlineLink[] };

function drawMail(outline: DigestOutline, frame: Frame): string {
  const { subject, preheader } = frame;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${subject}</title><style>@media (prefers-color-scheme: dark){${darkSheet}}</style></head>
<body class="paper" bgcolor="${paper}" style="margin:0;padding:0;background-color:${paper}">
<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;overflow:hidden">${preheader}</div>
<div role="article" aria-label="${subject}" lang="en">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${paper}" style="background-color:${paper}"><tr><td align="center" style="padding:24px 16px">
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px"><tr><td class="ink" style="${sans};${ink};font-size:15px;line-height:22px;text-align:left;word-break:break-word">
${drawHead(outline)}
${drawSection('What moved', [
  ...outline.moved.map((claim) => drawClaim(claim, '20px;line-height:29px')),
  drawMore(outline.moreMoved),
])}
${drawSection('New evidence', [...outline.evidence.map((claim) => drawClaim(claim, '17px;line-height:26px')), drawMore(outline.moreEvidence)])}
${drawSection(REGAINED_HEADING, [outline.regained.length > 0 && drawLinks(outline.regained)])}
${drawSection('Numbers', [drawNumbers(outline.numbers), drawMore(outline.moreNumbers)])}
${drawSection('Sources', outline.sources.map(drawSource))}
${drawSection(outline.unchangedHeading, [drawUnchanged(outline)])}
${drawFooter(outline, frame.footer)}
</td></tr></table></td></tr></table></div></body></html>
`.html;
}

function drawHead(outline: DigestOutline): Markup {
  const { notice, late } = outline;
  return markup`<p class="ink3" style="margin:0 0 8px;${ink3};font-size:13px;line-height:20px">${outline.dateLine}</p>
<h1 class="ink" style="margin:0 0 8px;${ink};font-size:25px;line-height:31px;font-weight:700">${outline.headline}</h1>
${
  late !== null &&
  markup`<p class="ink" style="margin:12px 0;${ink};font-size:16px;line-height:24px"><b>${late}</b></p>`
}${
  notice !== null &&
  markup`<p class="ink" style="margin:12px 0;${ink};font-size:16px;line-height:24px"><b class="fault" style="${fault}">${notice.heading}</b> ${notice.words}</p>`
}
<p class="ink2" style="margin:0;${ink2}">${outline.read}${
    outline.missed !== null && markup` <b class="fault" style="${fault}">${outline.missed}</b>`
  }${outline.outdated !== null && ` ${outline.outdated}`}</p>`;
}

function drawSection(heading: string, blocks: readonly MarkupValue[]): MarkupValue {
  if (blocks.every((block) => block === null || block === false)) return null;
  return markup`<h2 class="ink rule" style="margin:32px 0 0;padding:10px 0 0;border-top:2px solid #1a1c1e;${ink};font-size:17px;line-height:23px;font-weight:700">${heading}</h2>
${blocks}`;
}

function drawClaim(claim: OutlineClaim, quoteSize: string): Markup {
  if (claim.isBrief) {
    return markup`<p class="ink2" style="margin:8px 0 0;${ink2}"><b>${drawLink(claim.statement, 'ink')}</b>. ${claim.news}</p>`;
  }
  const counts = claim.counts.map(({ words, isChanged }, index) => [
    index > 0 && ', ',
    isChanged ? markup`<b class="ink" style="${ink}">${words}</b>` : words,
  ]);
  return markup`<h3 class="ink" style="margin:20px 0 2px;${ink};font-size:16px;line-height:23px;font-weight:600">${drawLink(claim.statement, 'ink', 'none')}</h3>
<p class="ink2" style="margin:0 0 8px;${ink2}">${counts}${counts.length > 0 && '. '}${claim.news}</p>
${claim.quotes.map((quote) => drawQuote(quote, quoteSize))}${drawMore(claim.more)}`;
}

function drawQuote(quote: OutlineQuote, size: string): Markup {
  const look = stanceLooks[quote.stance];
  const color = `color:${look.color}`;
  return markup`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 14px"><tr><td class="${quote.stance}" style="border-left:${look.edge} ${look.color};padding:0 0 0 12px">
<p class="ink" style="margin:0;${sans};${ink};font-size:14px;line-height:20px"><b class="${quote.stance}" style="${color}">${look.mark} ${look.word}</b>&nbsp; <b>${quote.speaker}</b></p>
<blockquote class="ink" dir="auto"${quote.lang !== null && markup` lang="${quote.lang}"`} style="margin:2px 0;padding:0;${serif};${ink};font-size:${size}">${quote.words}</blockquote>
<p class="ink3" style="margin:0;${sans};${ink3};font-size:13px;line-height:20px"><b class="ink" style="${ink}">${quote.outlet}</b> · ${quote.when}${
    quote.language !== null && `, in ${quote.language}`
  }${quote.spoken !== null && [' · ', drawLink(quote.spoken, 'ink')]}${quote.link !== null && [' · ', drawLink(quote.link, 'ink')]}</p>${
    quote.note !== null &&
    markup`
<p class="ink2" dir="auto" style="margin:2px 0 0;${sans};${ink2};font-size:13px;line-height:20px">${quote.note}</p>`
  }
</td></tr></table>`;
}

function drawNumbers(numbers: readonly OutlineNumber[]): MarkupValue {
  if (numbers.length === 0) return null;
  const head = `padding:8px 10px 6px 0;border-bottom:1px solid #8a857a;${ink2};font-size:13px;line-height:20px;text-align:left;vertical-align:bottom`;
  const cell = `padding:8px 10px 8px 0;border-bottom:1px solid ${line};${ink};font-size:15px;line-height:21px;text-align:left;vertical-align:top`;
  return markup`<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">
<tr>${['Value', 'Who says so', 'New or repeated'].map((words) => markup`<th scope="col" class="ink2" style="${head}">${words}</th>`)}</tr>
${numbers.map(
  (number) => markup`<tr><td class="ink line" style="${cell}"><b>${number.value}</b><br>${number.short}</td>
<td class="ink line" style="${cell}">${number.who}</td><td class="ink line" style="${cell}">${number.isNew ? markup`<b>${number.seen}</b>` : number.seen}</td></tr>`,
)}</table>`;
}

function drawSource(source: OutlineSource): Markup {
  return markup`<p class="ink" style="margin:10px 0;${ink}"><b class="${source.isFault ? 'fault' : 'ink'}" style="${source.isFault ? fault : ink}">${source.state}:</b> ${drawLink(source.name, 'ink')}. ${source.words}</p>`;
}

function drawUnchanged(outline: DigestOutline): MarkupValue {
  if (outline.unchanged.length === 0) return null;
  return drawLinks([...outline.unchanged, ...(outline.moreUnchanged === null ? [] : [outline.moreUnchanged])]);
}

function drawLinks(links: readonly OutlineLink[]): Markup {
  const names = links.map((link, index) => [index > 0 && ' · ', drawLink(link, 'ink2')]);
  return markup`<p class="ink2" style="margin:8px 0 0;${ink2};line-height:26px">${names}</p>`;
}

function drawFooter(outline: DigestOutline, footer: readonly OutlineLink[]): Markup {
  const links = [...(outline.web === null ? [] : [outline.web]), ...footer];
  return markup`<p class="ink3 line" style="margin:36px 0 0;padding:14px 0 0;border-top:1px solid ${line};${ink3};font-size:13px;line-height:20px">${outline.covers} ${outline.read}${outline.missed !== null && ` ${outline.missed}`}<br>
${links.map((link, index) => [index > 0 && ' · ', drawLink(link, 'ink')])}<br>
${outline.creed}</p>`;
}

function drawMore(more: OutlineLink | null): MarkupValue {
  return more === null
    ? null
    : markup`<p class="ink2" style="margin:6px 0 0;${ink2}">and ${drawLink(more, 'ink2')}</p>`;
}

function drawLink(link: OutlineLink, tone: 'ink' | 'ink2', decoration = 'underline'): MarkupValue {
  if (link.href === null) return link.words;
  const style = `${tone === 'ink' ? ink : ink2};text-decoration:${decoration}`;
  return markup`<a class="${tone}" href="${link.href}" style="${style}">${link.words}</a>`;
}
