import { captionWords } from '#src/core/caption/spoken.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeCaptions } from '#src/core/display/captions.ts';
import { describeUnseen } from '#src/core/display/change.ts';
import { describeExplanation, describePlaces, describeScore } from '#src/core/display/explanation.ts';
import {
  cutParagraphs,
  type FoldedParagraph,
  foldParagraphs,
  type Highlight,
  type Piece,
} from '#src/core/display/highlight.ts';
import { formatFullQuantity } from '#src/core/display/quantity.ts';
import { showLine, showText } from '#src/core/display/text.ts';
import { type Calendar, formatDay, formatExact, localDay } from '#src/core/display/time.ts';
import type { ArticlePage, ArticleTagging } from '#src/io/db/article-reads.ts';
import type { ArticleCaptions } from '#src/io/db/captions.ts';
import type { StoredReasons } from '#src/io/db/explanations.ts';
import { html, link, type View } from '../html.ts';
import { claimLink, storyNote } from './articles.ts';
import { changedSection } from './changed-quotes.ts';
import { answerNote, judgeNote, languageNote, spokenNote } from './quote.ts';
import type { PageContent } from './shell.ts';
import { textOrigins, versionsSection } from './versions.ts';
import { dotted, stanceLabel, stanceWords, time } from './words.ts';

/** Most text that one page shows, in bytes, so that it stays under 100 KB with its notes. */
const textBytesMax = 70_000;

/** A note beside the text: what one quote says about one or more claims. */
type Note = { readonly number: number; readonly taggings: readonly [ArticleTagging, ...ArticleTagging[]] };

/** What a page needs beside the article: the statements of the claims by their ids, and the reasons by tagging. */
export type ArticleDrawing = {
  readonly calendar: Calendar;
  readonly statements: ReadonlyMap<string, string>;
  readonly reasons: ReadonlyMap<number, StoredReasons>;
};

/** The page of one article: its text with every quote marked, and a note to each. */
export function articlePage(article: ArticlePage, draw: ArticleDrawing): PageContent {
  const notes = listNotes(article.taggings);
  const title = showLine(article.title) || 'Without a title';
  const body = [
    html`<p class="meta"><a href="/articles">Articles</a> / <span dir="auto">${showLine(article.outlet)}</span></p>`,
    drawTitle(article, { notes, title }),
    drawOrigin(article, { draw, notes }),
    html`<div class="columns reading"><div class="text" lang=${article.lang} dir="auto">${drawText(article, notes)}</div>
      <aside><section aria-labelledby="notes"><h2 id="notes">Evidence in this article</h2>
        ${notes.length === 0 ? html`<p class="meta">${describeSilence(article)}</p>` : html`<ol class="notes">${notes.map((note) => drawNote(note, { ...draw, url: article.url }))}</ol>`}</section></aside></div>`,
    changedSection(article, draw),
    versionsSection(article, draw.calendar),
  ];
  return { title, place: 'articles', body };
}

/** That the words of a recording were read too, or why they were not. */
function captionsNote(captions: ArticleCaptions | null): View {
  if (captions === null) return null;
  if (captions.place !== null) return html`<a href="#captions">with ${captionWords[captions.kind]}</a>`;
  return describeCaptions(captions);
}

/** Why there is no note. */
function describeSilence({ story }: ArticlePage): string {
  if (story?.role !== 'spun') return 'No quote on a claim of this ledger.';
  return 'A machine has rewritten another article here, word by word, also inside its quotes. None of them is shown or counted.';
}

/** One note for each quoted place, stance and speaker, in the order of the text; the headline comes first. */
function listNotes(taggings: readonly ArticleTagging[]): readonly Note[] {
  const groups = new Map<string, [ArticleTagging, ...ArticleTagging[]]>();
  for (const tagging of taggings) {
    const { field, start, end } = tagging.evidence[0] ?? { field: 'text', start: 0, end: 0 };
    const key = JSON.stringify([
      field,
      start,
      end,
      tagging.stance,
      tagging.speaker,
      tagging.status,
      tagging.answer,
      tagging.judgedBy,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [tagging]);
    else group.push(tagging);
  }
  const ordered = [...groups.values()].sort((a, b) => placeOf(a[0]) - placeOf(b[0]));
  return ordered.map((group, index) => ({ number: index + 1, taggings: group }));
}

function placeOf(tagging: ArticleTagging): number {
  const [first] = tagging.evidence;
  return first === undefined || first.field === 'title' ? -1 : first.start;
}

function listHighlights(notes: readonly Note[], field: 'text' | 'title'): readonly Highlight[] {
  return notes.flatMap(({ number, taggings: [tagging] }) =>
    tagging.evidence
      .filter((evidence) => evidence.field === field)
      .map(({ start, end }) => ({ number, start, end, stance: tagging.stance })),
  );
}

function drawTitle(
  article: ArticlePage,
  { notes, title }: { readonly notes: readonly Note[]; readonly title: string },
): View {
  const inTitle = notes.filter(({ taggings: [tagging] }) => tagging.evidence.some(({ field }) => field === 'title'));
  const anchors = inTitle.filter(({ taggings: [tagging] }) => tagging.evidence[0]?.field === 'title');
  return html`<h1 class="headline" lang=${article.lang} dir="auto">${anchors.map(drawAnchors)}${title}${inTitle.map(drawNumber)}</h1>`;
}

function drawOrigin(
  article: ArticlePage,
  { draw, notes }: { readonly draw: ArticleDrawing; readonly notes: readonly Note[] },
): View {
  const [current] = article.versions;
  const claimCount = new Set(article.taggings.map((tagging) => tagging.claim)).size;
  const parts = [
    html`<b dir="auto">${showLine(article.outlet)}</b>`,
    article.byline === null ? null : html`<span dir="auto">${showLine(article.byline)}</span>`,
    article.publishedAt === null ? null : time(article.publishedAt, draw.calendar),
    article.url === null ? null : link(article.url, 'original page'),
    languageNote(article.lang),
    textOrigins[article.textFrom],
    storyNote(article) ?? (article.story !== null && link(`/stories/${article.story.id}`, 'its story')),
    captionsNote(article.captions),
    article.versions.length > 1 && html`<a href="#versions">${countOf(article.versions.length, 'version')}</a>`,
  ];
  const shown = current === undefined ? '' : ` Shown: version ${current.number}, read ${formatExact(current.seenAt)}.`;
  const quotes = notes.length === 0 ? '' : `${countOf(notes.length, 'quote')} on ${countOf(claimCount, 'claim')}.`;
  const published =
    article.publishedAt?.includes('T') === true ? ` Published ${formatExact(article.publishedAt)}.` : '';
  return html`<p class="origin">${dotted(parts)}</p><p class="meta">${quotes}${shown}${published}</p>${
    article.unseen !== null && html`<p class="trouble">${describeUnseen(article.unseen, draw.calendar)}</p>`
  }`;
}

/** The page's own words, and behind them under a heading what is said in the recording. */
function drawText(article: ArticlePage, notes: readonly Note[]): View {
  const { text, captions } = article;
  const start = captions?.place?.start ?? text.length;
  const own = text.slice(0, start);
  const highlights = listHighlights(notes, 'text');
  const said = highlights.map((each) => ({ ...each, start: each.start - start, end: each.end - start }));
  const at = { notes, anchored: new Set<number>() };
  const bytesLeft = Math.max(0, textBytesMax - new TextEncoder().encode(own).length);
  return [
    drawParagraphs(foldParagraphs(cutParagraphs(own, highlights), textBytesMax), at),
    captions?.place != null && html`<h2 id="captions">${captionsHeading(captions)}</h2>`,
    drawParagraphs(foldParagraphs(cutParagraphs(text.slice(start), said), bytesLeft), at),
  ];
}

function captionsHeading({ kind, lang }: ArticleCaptions): View {
  const heading = { manual: 'Captions', automatic: 'Automatic captions', transcript: 'Transcript' }[kind];
  return [heading, lang !== null && languageNote(lang) !== null && `, ${languageNote(lang)}`];
}

type Drawn = { readonly notes: readonly Note[]; readonly anchored: Set<number> };

function drawParagraphs(rows: readonly FoldedParagraph[], at: Drawn): View {
  return rows.map((row) =>
    row.kind === 'shown'
      ? html`<p>${row.pieces.map((piece) => drawPiece(piece, at))}</p>`
      : html`<p class="meta">${countOf(row.count, 'paragraph')} without a quote ${row.count === 1 ? 'is' : 'are'} left out here.</p>`,
  );
}

function drawPiece(piece: Piece, at: Drawn): View {
  const begins = at.notes.filter((note) => piece.starts.includes(note.number) && !at.anchored.has(note.number));
  for (const note of begins) at.anchored.add(note.number);
  const ends = at.notes.filter((note) => piece.ends.includes(note.number));
  const text = showText(piece.text);
  return [
    begins.map(drawAnchors),
    piece.stance === null ? text : html`<span class="hl ${piece.stance}">${text}</span>`,
    ends.map(drawNumber),
  ];
}

/** One place to jump to for each tagging of the quote. */
function drawAnchors(note: Note): View {
  return note.taggings.map((tagging) => html`<span class="anchor" id="e${tagging.id}"></span>`);
}

function drawNumber({ number, taggings: [tagging] }: Note): View {
  return html`<sup><a href="#n${number}" aria-label="Note ${number}: ${stanceWords[tagging.stance]}">${number}</a></sup>`;
}

function drawNote({ number, taggings }: Note, draw: ArticleDrawing & { readonly url: string | null }): View {
  const [tagging] = taggings;
  const claims = taggings.map(({ claim }, index) => [index > 0 && ', ', claimLink(claim, draw.statements)]);
  const numbers = [...new Set(taggings.flatMap((each) => each.quantities.map(formatFullQuantity)))];
  const speaker = tagging.speaker === null ? null : showLine(tagging.speaker);
  const spoken = tagging.evidence[0]?.spoken ?? null;
  return html`<li id="n${number}"><a class="back" href="#e${tagging.id}" aria-label="To quote ${number}">${number}</a><div>
    <p>${stanceLabel(tagging.stance)} ${claims}${tagging.status === 'candidate' && html` <span class="tag">not counted yet</span>`}</p>
    ${speaker !== null && html`<p dir="auto">Speaker: ${speaker}</p>`}
    ${spoken !== null && html`<p class="meta">${spokenNote(spoken, draw.url)}</p>`}
    ${tagging.judgedBy !== null && html`<p class="meta">${judgeNote(tagging.judgedBy)}</p>`}
    ${tagging.answer !== null && html`<p class="meta">${answerNote(tagging.answer)}</p>`}
    ${numbers.length > 0 && html`<p>Numbers: ${numbers.join('; ')}</p>`}
    ${drawReasons(tagging, draw)}
  </div></li>`;
}

/** What was named, which words matched, and what decided the stance; certainty, rules and places in one small line. */
function drawReasons(tagging: ArticleTagging, draw: ArticleDrawing): View {
  const reasons = draw.reasons.get(tagging.id);
  if (reasons === undefined || reasons.explanation.matched.length === 0) return null;
  const { explanation, rulesSince } = reasons;
  const since = formatDay(localDay(Temporal.Instant.from(rulesSince), draw.calendar.zone), draw.calendar);
  const small = [
    `certainty ${tagging.score.toFixed(2)}`,
    describeScore(explanation),
    `rules of ${since}`,
    describePlaces(explanation),
  ];
  return html`<details><summary>Why was this tagged?</summary>
    ${describeExplanation(explanation, tagging.stance).map((sentence) => html`<p dir="auto">${sentence}</p>`)}
    <p class="meta">${dotted(small)}</p></details>`;
}
