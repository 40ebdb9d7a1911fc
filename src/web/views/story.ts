import { countOf } from '#src/core/digest/digest.ts';
import { describeKind, formatDelay } from '#src/core/display/story.ts';
import { showLine } from '#src/core/display/text.ts';
import { type Calendar, formatDay, localDay } from '#src/core/display/time.ts';
import type { StoryMember, StoryOrigin, StoryPage } from '#src/io/db/story-reads.ts';
import { html, link, type View } from '../html.ts';
import { claimLink } from './articles.ts';
import { languageNote } from './quote.ts';
import type { PageContent } from './shell.ts';
import { dotted, section, stanceLabel, time } from './words.ts';

/** Copies listed under one origin; the rest is counted. */
const copiesShownMax = 40;
/** Origins shown on the page, so that it stays under 100 KB. */
const originsShownMax = 60;
/** With this many copies or fewer in the whole story their tables stand open. */
const openCopiesMax = 12;

/** What the page needs beside the story. */
export type StoryDrawing = {
  readonly calendar: Calendar;
  /** The statements of the claims, for the titles of their ids. */
  readonly statements: ReadonlyMap<string, string>;
};

/** The page of one story: its independent origins in order of appearance, under each the articles that repeat it. */
export function storyPage(story: StoryPage, draw: StoryDrawing): PageContent {
  const title = showLine(story.title) || 'Without a title';
  const day = formatDay(localDay(Temporal.Instant.from(story.firstAppearedAt), draw.calendar.zone), draw.calendar);
  const shown = story.origins.slice(0, originsShownMax);
  const rest = story.origins.length - shown.length;
  const body = [
    html`<p class="meta"><a href="/articles">Articles</a> / ${day}</p>
      <h1 class="headline" lang=${story.lang} dir="auto">${title}</h1>`,
    html`<p class="lead">${describeCounts(story)}</p>`,
    html`<p class="meta">${dotted([
      ['First seen ', time(story.firstAppearedAt, draw.calendar)],
      story.claims.length > 0 && [
        'touches ',
        story.claims.map((claim, index) => [index > 0 && ', ', claimLink(claim, draw.statements)]),
      ],
    ])}</p>`,
    section({
      id: 'origins',
      heading: 'Independent origins',
      note: 'an origin tells in words of its own',
      body: [
        shown.map((origin, index) => drawOrigin(origin, { story, draw, isFirst: index === 0 })),
        rest > 0 && html`<p class="meta">${countOf(rest, 'further origin')} not shown here.</p>`,
      ],
    }),
  ];
  return { title, place: 'articles', body };
}

function describeCounts({ articleCount, outletCount, originCount }: StoryPage): View {
  if (articleCount === 1) return 'One article, in words of its own. Nobody repeats it so far.';
  const repeatCount = articleCount - originCount;
  const origins = html`<b>${countOf(originCount, 'independent origin')}</b>`;
  const where = `${countOf(articleCount, 'article')} in ${countOf(outletCount, 'outlet')}`;
  if (repeatCount === 0) return html`${where}, each in words of its own: ${origins}.`;
  return html`${where}, but only ${origins}. The other ${repeatCount} ${repeatCount === 1 ? 'repeats' : 'repeat'} ${originCount === 1 ? 'it' : 'one of them'}.`;
}

function drawOrigin(
  origin: StoryOrigin,
  at: { readonly story: StoryPage; readonly draw: StoryDrawing; readonly isFirst: boolean },
): View {
  const { draw, story } = at;
  const copyCount = origin.copies.length;
  const stances = [...Map.groupBy(origin.taggings, ({ stance }) => stance)];
  return html`<article class="row told">
    <div class="side">${stances.map(
      ([stance, taggings]) =>
        html`<p>${stanceLabel(stance)}</p><p class="meta">${taggings.map(({ claim }, index) => [index > 0 && ', ', claimLink(claim, draw.statements)])}</p>`,
    )}<p class="meta">${copyCount === 0 ? 'no copies' : `origin of ${copyCount} ${copyCount === 1 ? 'copy' : 'copies'}`}</p></div>
    <div><h3 class="headline" lang=${origin.lang} dir="auto">${link(`/articles/${origin.articleId}`, showLine(origin.title) || 'Without a title')}</h3>
      <p class="meta">${dotted([
        html`<b dir="auto">${showLine(origin.outlet)}</b>`,
        time(origin.appearedAt, draw.calendar),
        languageNote(origin.lang),
        at.isFirst && 'first',
        origin.credit !== null && `names ${showLine(origin.credit)}`,
      ])}</p>
      ${copyCount > 0 && drawCopies(origin, story.articleCount - story.originCount <= openCopiesMax)}</div>
  </article>`;
}

function drawCopies(origin: StoryOrigin, isOpen: boolean): View {
  const shown = origin.copies.slice(0, copiesShownMax);
  const rest = origin.copies.length - shown.length;
  return html`<details open=${isOpen}><summary>${countOf(origin.copies.length, 'article')} with the same words</summary>
    <table class="stack"><thead><tr><th scope="col">Outlet</th><th scope="col">Kind</th>
      <th scope="col" class="num">Same words</th><th scope="col" class="num">After</th></tr></thead>
    <tbody>${shown.map((copy) => drawCopy(copy, origin))}</tbody></table>
    ${rest > 0 && html`<p class="meta">${rest} more</p>`}</details>`;
}

function drawCopy(copy: StoryMember, origin: StoryOrigin): View {
  const delayMs =
    Temporal.Instant.from(copy.appearedAt).epochMilliseconds -
    Temporal.Instant.from(origin.appearedAt).epochMilliseconds;
  const kind = copy.credit === origin.outlet ? describeKind({ ...copy, credit: 'the origin' }) : describeKind(copy);
  return html`<tr><td data-label="Outlet" dir="auto">${link(`/articles/${copy.articleId}`, showLine(copy.outlet))}</td>
    <td data-label="Kind">${kind}</td>
    <td data-label="Same words" class="num">${copy.sameWords === null ? '' : `${Math.round(copy.sameWords * 100)} %`}</td>
    <td data-label="After" class="num">${formatDelay(delayMs)}</td></tr>`;
}
