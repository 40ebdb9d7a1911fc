/** One article: where its text is from, what was read of its captions, how often it changed, and its quotes. */

import { describeSpoken, type Spoken, timedUrl } from '#src/core/caption/spoken.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeCaptions } from '#src/core/display/captions.ts';
import { describeUnseen } from '#src/core/display/change.ts';
import { asSentence } from '#src/core/display/text.ts';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { type ArticlePage, type ArticleTagging, findArticle } from '#src/io/db/article-reads.ts';
import type { House, Session } from './session.ts';
import { shortTime } from './table.ts';

/** Where a text comes from. */
const origins = {
  page: 'Text from the page.',
  feed: 'Text from the feed.',
  headline: 'Headline and summary only.',
} as const;

/** Prints an article; throws `not-found` when there is none of that number. */
export async function printArticle(
  { deps }: House,
  at: { readonly id: number; readonly session: Session; readonly isJson: boolean },
): Promise<void> {
  const article = await findArticle(deps.db, at.id);
  if (article === null) throw new LedgerError('not-found', `There is no article ${at.id}`);
  if (at.isJson) {
    at.session.out(`${JSON.stringify(article, null, 2)}\n`);
    return;
  }
  const { zone } = deps.inForce().ledger.digest;
  const unseen =
    article.unseen === null ? [] : [describeUnseen(article.unseen, calendarOf(localDay(deps.now(), zone), zone))];
  const { captions } = article;
  const lines = [
    article.title,
    `${article.outlet}, ${article.publishedAt ?? `seen ${shortTime(article.firstSeenAt)}`}`,
    ...(article.url === null ? [] : [article.url]),
    `${origins[article.textFrom]} ${countOf(article.versions.length, 'version')}.`,
    ...(captions === null ? [] : [`${asSentence(describeCaptions(captions))} ${captions.url}`]),
    ...unseen,
    ...article.taggings.flatMap((tagging) => ['', ...renderTagging(tagging, article)]),
  ];
  at.session.out(`${lines.join('\n')}\n`);
}

function renderTagging(tagging: ArticleTagging, { url, outlet }: ArticlePage): readonly string[] {
  const [first] = tagging.evidence;
  const isWaiting = tagging.status === 'candidate' ? ', not counted yet' : '';
  return [
    `${tagging.stance.toUpperCase()}  ${tagging.claim}${isWaiting}`,
    `${tagging.speaker ?? outlet}: “${first?.quote ?? ''}”`,
    ...(first?.spoken == null ? [] : [asSentence(renderSpoken(first.spoken, url))]),
  ];
}

/** "automatic captions, at 2:03 (ADDRESS)" of a quote that is said in a recording. */
export function renderSpoken(spoken: Spoken, url: string | null): string {
  const place = url === null || spoken.second === null ? '' : ` (${timedUrl(url, spoken.second)})`;
  return `${describeSpoken(spoken)}${place}`;
}
