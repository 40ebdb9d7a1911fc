import { countOf } from '#src/core/digest.ts';
import { showText } from '#src/core/display-text.ts';
import type { Calendar } from '#src/core/display-time.ts';
import { compareTexts, type DiffPart, type DiffRow, type TextDiff } from '#src/core/version-diff.ts';
import type { ArticlePage, ArticleVersion } from '#src/io/db/article-reads.ts';
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
    <th scope="col" class="num">Words changed</th></tr></thead>
    <tbody>${edits.map((edit, index) => drawVersion(edit, { isCurrent: index === 0, calendar }))}</tbody></table>`;
  const changed = edits.filter(({ diff }) => diff !== null && diff.insertedCount + diff.deletedCount > 0);
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
  at: { readonly isCurrent: boolean; readonly calendar: Calendar },
): View {
  return html`<tr><th scope="row" data-label="Version">${version.number}${at.isCurrent && ', current'}</th><td data-label="Seen">${time(version.seenAt, at.calendar)}</td>
    <td data-label="Why it exists">${describeReason(version, from)}</td><td data-label="Text">${textOrigins[version.textFrom]}</td>
    <td data-label="Words changed" class="num">${diff === null ? '–' : `+${diff.insertedCount} −${diff.deletedCount}`}</td></tr>`;
}

function describeReason(version: ArticleVersion, from: ArticleVersion | null): string {
  if (from === null && version.number === 1) return 'first reading';
  return version.reason === 'page' ? 'the page changed' : 'we read it better';
}

function drawEdit({ version, from, diff }: Edit): View {
  if (diff === null || from === null) return null;
  const rows = diff.rows.slice(0, rowsShownMax);
  const rest = diff.rows.length - rows.length;
  return html`<h3 class="edit">From version ${from.number} to version ${version.number}</h3>
    <div class="diff">${rows.map(drawRow)}${rest > 0 && html`<p class="meta">${countOf(rest, 'more change')}</p>`}</div>`;
}

function drawRow(row: DiffRow): View {
  if (row.kind === 'same') return html`<p class="meta">${countOf(row.count, 'paragraph')} the same</p>`;
  return html`<p class="change"><span class="sign" aria-hidden="true">${rowMarks[row.kind]}</span><span dir="auto">${row.parts.map(drawPart)}</span></p>`;
}

function drawPart({ kind, text }: DiffPart): View {
  const shown = showText(text);
  if (kind === 'same') return shown;
  return kind === 'inserted'
    ? html`<ins><span class="vh">inserted: </span>${shown}</ins>`
    : html`<del><span class="vh">deleted: </span>${shown}</del>`;
}
