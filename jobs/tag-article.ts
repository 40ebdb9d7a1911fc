/** Judges a stored version again, because the rules have changed since it was read. */
import { z } from 'zod';
import { tagText } from '#src/core/tagging.ts';
import { markTagged } from '#src/io/db/articles.ts';
import { findVersion, saveTaggings } from '#src/io/db/taggings.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

type Payload = { readonly versionIds: readonly number[] };

export default defineJob<Payload>({
  description: 'Tag stored articles against the claims in force',
  payload: z.strictObject({ versionIds: z.array(z.int()).max(500) }),
  retryCount: 3,
  expireSeconds: 600,
  concurrency: 1,
  run: tagArticles,
});

/** Tags each version in a transaction of its own, so that a run that dies half-way has lost nothing. */
export async function tagArticles(payload: Payload, deps: Deps): Promise<RunSummary> {
  let taggedCount = 0;
  for (const versionId of payload.versionIds) {
    if (deps.signal.aborted) break;
    if (await tagArticle(versionId, deps)) taggedCount += 1;
  }
  return { versions: payload.versionIds.length, tagged: taggedCount };
}

async function tagArticle(versionId: number, deps: Deps): Promise<boolean> {
  const version = await findVersion(deps.db, versionId);
  if (version === null) return false;
  const { rules, rulesKey, ledger } = deps.inForce();
  const judged = tagText(rules, version);
  const now = deps.now();
  await deps.db.transaction().execute(async (tx) => {
    await saveTaggings(tx, judged.taggings, { version, claims: ledger.claims, now });
    await markTagged(tx, version, {
      rulesKey,
      now,
      isKept: judged.kept,
      isRelevant: judged.relevant,
      topics: judged.topics,
    });
  });
  return true;
}
