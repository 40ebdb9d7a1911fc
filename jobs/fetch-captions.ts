/** Reads the answer of a caption track: its words become the last part of the articles whose pages offer it. */
import type { CaptionWords } from '#src/core/caption/part.ts';
import type { Fresh } from '#src/core/fetch/outcome.ts';
import { hashOf } from '#src/io/db/articles.ts';
import { listCaptioned } from '#src/io/db/captions.ts';
import { findCurrentReading } from '#src/io/db/current-reading.ts';
import type { DueResource } from '#src/io/db/resources.ts';
import type { StoredResponse } from '#src/io/db/schema.ts';
import type { Tx } from '#src/io/db/store.ts';
import { watchPageOf } from '#src/io/db/watched-pages.ts';
import type { Deps } from '#src/io/deps.ts';
import { responseOf } from './fetch-page.ts';
import { keepReading } from './keep-article.ts';
import type { ReadAnswer } from './record-visit.ts';

/** A track that was read. */
export type ReadTrack = {
  readonly resourceId: number;
  readonly url: string;
  readonly words: CaptionWords;
  readonly document: { readonly hash: string; readonly body: Uint8Array };
  readonly response: StoredResponse;
};

/** A page that is watched because of its captions is asked first after so long; its own answers set the pace from then on. */
const firstWatchHours = 24;

/** Reads a fresh track. Rejects with `parse-failed` at the parser's limits. */
export async function fetchCaptions(resource: DueResource, outcome: Fresh, deps: Deps): Promise<ReadAnswer> {
  const [track] = await listCaptioned(deps.db, resource.id);
  if (track === undefined) return { reading: { kind: 'unreadable' }, words: 'No article has these captions any more.' };
  const contentType = outcome.headers['content-type'] ?? null;
  const { kind } = track;
  const captions = await deps.pool.readCaptions({ url: outcome.finalUrl, bytes: outcome.body, contentType, kind });
  if (captions.kind === 'refused') return { reading: { kind: 'unreadable' }, words: captions.words };
  const { text, marks } = captions;
  return {
    reading: { kind: 'read', isChanged: true, hints: null, postedAt: [] },
    words: null,
    track: {
      resourceId: resource.id,
      url: resource.url,
      words: { text, marks },
      document: { hash: hashOf(outcome.body), body: outcome.body },
      response: responseOf(outcome, deps.now()),
    },
  };
}

/**
 * Writes what was read as a version of each article that has the track; true when there is one. A page that is quoted by its captions is
 * watched.
 */
export async function saveCaptions(tx: Tx, read: ReadTrack, deps: Deps): Promise<boolean> {
  const { url, words, document, response } = read;
  const now = deps.now();
  let isNewText = false;
  for (const { articleId, lang, kind } of await listCaptioned(tx, read.resourceId)) {
    const reading = await findCurrentReading(tx, articleId);
    if (reading === null) continue;
    const captions = { url, lang, kind, words, document, response };
    const kept = await keepReading(tx, { ...reading, captions }, deps);
    if (kept.kind === 'new-version') isNewText = true;
    if (kept.kind !== 'new-version' || !kept.isRelevant || kept.taggingCount === 0 || reading.isWatched) continue;
    const dueAt = now.add({ hours: firstWatchHours });
    const { perHost: perHostMax } = deps.inForce().ledger.watch;
    await watchPageOf(tx, { articleId, reason: 'evidence', dueAt, dueRule: 'captions', perHostMax, now });
  }
  return isNewText;
}
