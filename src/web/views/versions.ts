import { captionWords } from '#src/core/caption/spoken.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { showText } from '#src/core/display/text.ts';
import type { Calendar } from '#src/core/display/time.ts';
import {
  compareTexts,
  compareWords,
  type DiffPart,
  type DiffRow,
  type TextDiff,
} from '#src/core/watch/version-diff.ts';
import type { ArticlePage, ArticleVersion } from '#src/io/db/article-reads.ts';
import type { ArticleQuote } from '#src/io/db/quote-fates.ts';
import { html, type View } from '../html.ts';
import { section, time } from './words.ts';

/** Where the text of a version comes from, in words. */
export const textOrigins = {
  page: 'text from the page',
  feed: 'text from the feed',
  headline: 'headline only',
} as const;

/** Edits shown word by word; older ones stand in the table alone. */
const editsShownMax = 3;
/** Changed paragraphs shown of one edit. */
const rowsShownMax = 30;

const rowMarks = { changed: '±', inserted: '+', deleted: '−' } as const;

/** A version with what the site changed in it; null for the first one, and where only our reading changed. */
type Edit = { readonly version: ArticleVersion; readonly from: ArticleVersion | null; readonly diff: TextDiff | null };

/** The versions of an article as a table, then the newest edits word by word; nothing while there is only one version. */
export function versionsSection(article: ArticlePage, calendar: Calendar): View {
  if (article.versions.length < 2) return null;
  const edits = article.versions.map((version, index) => findEdit(version, article.versions[index + 1]));
  const table = html`<table class="stack"><thead><tr><th scope="col">Version</th>
    <th scope="col">Seen</th>
    <th scope="col">Why it exists</th>
    <th scope="col">Text</th>
    <th scope="col" class="num">Words changed</th>
    <th scope="col">Our quotes</th></tr></thead>
    <tbody>${edits.map((edit, index) => drawVersion(edit, { isCurrent: index === 0, calendar, quotes: article.quotes }))}</tbody></table>`;
  const changed = edits.filter((edit) => hasNews(edit));
  return section({ id: 'versions', heading: 'Versions', body: [table, changed.slice(0, editsShownMax).map(drawEdit)] });
}

/** Two versions are compared only when one extractor read both: else our own change would pass for the site's. */
function findEdit(version: ArticleVersion, from: ArticleVersion | undefined): Edit {
  const isEdit =
    from !== undefined &&
    version.reason === 'page' &&
    version.extractor === from.extractor &&
    version.textFrom === from.textFrom;
  return { version, from: from ?? null, diff: isEdit ? compareTexts(from.text, version.text) : null };
}

function drawVersion(
  { version, from, diff }: Edit,
  at: { readonly isCurrent: boolean; readonly calendar: Calendar; readonly quotes: readonly ArticleQuote[] },
): View {
  return html`<tr><th scope="row" data-label="Version">${version.number}${at.isCurrent && ', current'}</th><td data-label="Seen">${time(version.seenAt, at.calendar)}</td>
    <td data-label="Why it exists">${describeReason(version, from)}</td><td data-label="Text">${textOrigins[version.textFrom]}${version.captions !== null && `, ${captionWords[version.captions]}`}</td>
    <td data-label="Words changed" class="num">${diff === null ? '–' : `+${diff.insertedCount} −${diff.deletedCount}`}</td>
    <td data-label="Our quotes">${describeQuotes(version.number, at.quotes)}</td></tr>`;
}

/** What a version did to the quotes of earlier ones: "1 changed: cost-5.6m". */
function describeQuotes(number: number, quotes: readonly ArticleQuote[]): string {
  const words = { altered: 'changed', gone: 'gone', moved: 'moved' } as const;
  const told = (['altered', 'gone', 'moved'] as const).flatMap((state) => {
    const own = quotes.filter((quote) => quote.state === state && quote.foundVersion === number);
    const claims = [...new Set(own.map(({ claim }) => claim))].join(', ');
    return own.length === 0 ? [] : [`${own.length} ${words[state]}: ${claims}`];
  });
  return told.length === 0 ? '–' : told.join('; ');
}

function hasNews({ diff, version, from }: Edit): boolean {
  if (diff === null || from === null) return false;
  return diff.insertedCount + diff.deletedCount > 0 || version.title !== from.title;
}

function describeReason(version: ArticleVersion, from: ArticleVersion | null): string {
  if (from === null && version.number === 1) return 'first reading';
  if (version.reason === 'page') return 'the page changed';
  return from !== null && version.captions !== from.captions ? 'its captions were read' : 'we read it better';
}

function drawEdit({ version, from, diff }: Edit): View {
  if (diff === null || from === null) return null;
  const rows = diff.rows.slice(0, rowsShownMax);
  const rest = diff.rows.length - rows.length;
  const isRetitled = version.title !== from.title;
  const notes = version.corrections.filter((note) => !from.corrections.includes(note));
  return html`<h3 class="edit">From version ${from.number} to version ${version.number}</h3>
    ${isRetitled && html`<p class="meta">The headline changed.</p><p class="change"><span class="sign" aria-hidden="true">±</span><span dir="auto">${compareWords(from.title, version.title).map(drawPart)}</span></p>`}
    ${notes.length > 0 && html`<p class="meta">The page added ${countOf(notes.length, 'note')} of correction.</p>`}
    <div class="diff">${rows.map(drawRow)}${rest > 0 && html`<p class="meta">${countOf(rest, 'more change')}</p>`}</div>`;
}

function drawRow(row: DiffRow): View {
  if (row.kind === 'same') return html`<p class="meta">${countOf(row.count, 'paragraph')} the same</p>`;
  return html`<p class="change"><span class="sign" aria-hidden="true">${rowMarks[row.kind]}</span><span dir="auto">${row.parts.map(drawPart)}</span></p>`;
}

/** Words with what was put in underlined and what was taken out struck, and said to those who hear the page. */
export function drawPart({ kind, text }: DiffPart): View {
  const shown = showText(text);
  if (kind === 'same') return shown;
  const words = shown.trim();
  const drawn =
    kind === 'inserted'
      ? html`<ins><span class="vh">inserted: </span>${words}</ins>`
      : html`<del><span class="vh">deleted: </span>${words}</del>`;
  // Only the words carry the mark; where a mark ends without a blank, the next one keeps its distance.
  return [/^\s/.test(shown) && ' ', drawn, /\s$/.test(shown) ? ' ' : kind === 'deleted' && ' '];
}
