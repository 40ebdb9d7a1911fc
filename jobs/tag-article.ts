/** Judges stored versions that no rules have judged yet; those that other rules judged wait until a person asks for it. */
import { z } from 'zod';
import { tagText } from '#src/core/tagging/tagging.ts';
import { lockVersion, replaceJudgement } from '#src/io/db/judgements.ts';
import { listVersions, type StoredVersion, saveTaggings } from '#src/io/db/taggings.ts';
import { watchPageOf } from '#src/io/db/watched-pages.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { checkQuotes } from './check-quotes.ts';

/** What judging stored versions needs of the world. */
export type JudgingDeps = Pick<Deps, 'db' | 'inForce' | 'now' | 'signal' | 'metrics'>;

type Payload = { readonly versionIds: readonly number[] };

export default defineJob<Payload>({
  description: 'Tag stored articles that were not judged yet',
  payload: z.strictObject({ versionIds: z.array(z.int()).max(500) }),
  retryCount: 3,
  expireSeconds: 600,
  concurrency: 1,
  run: tagArticles,
});

/** Tags each version in a transaction of its own, so that a run that dies half-way has lost nothing. */
export async function tagArticles(payload: Payload, deps: Deps): Promise<RunSummary> {
  const taggedCount = await judgeVersions({ ...payload, runId: null }, deps);
  return { versions: payload.versionIds.length, tagged: taggedCount };
}

/** Judges versions by the rules in force, each in a transaction of its own, and gives how many there were to judge. */
export async function judgeVersions(
  work: { readonly versionIds: readonly number[]; readonly runId: number | null },
  deps: JudgingDeps,
): Promise<number> {
  let judgedCount = 0;
  for (const version of await listVersions(deps.db, work.versionIds)) {
    if (deps.signal.aborted) break;
    if (await judgeVersion(version, work.runId, deps)) judgedCount += 1;
  }
  return judgedCount;
}

async function judgeVersion(version: StoredVersion, runId: number | null, deps: JudgingDeps): Promise<boolean> {
  const { rules, rulesKey, ledger } = deps.inForce();
  const { kept: isKept, relevant: isRelevant, topics, taggings } = tagText(rules, version);
  const now = deps.now();
  return await deps.db.transaction().execute(async (tx) => {
    // Another process may have come first; the same judgement is not written twice.
    const held = await lockVersion(tx, version.id);
    if (held === null || held.rulesKey === rulesKey) return false;
    // The words have stood since the version was read: what other rules find in them is no news of today.
    const heldSince = held.rulesKey === null ? now : version.seenAt;
    await saveTaggings(tx, taggings, { version, claims: ledger.claims, now, runId, heldSince });
    await replaceJudgement(tx, { versionId: version.id, rulesKey, isKept, isRelevant, topics, runId }, now);
    await checkQuotes(tx, version.articleId, { now, lastReadAt: null });
    const tags = taggings.filter(({ status }) => status === 'tag');
    deps.metrics.tagged(tags.map(({ stance }) => stance));
    if (isRelevant && tags.length > 0) {
      const watch = { articleId: version.articleId, dueAt: now.add({ hours: 1 }), dueRule: 'hourly', now } as const;
      await watchPageOf(tx, { ...watch, reason: 'evidence', perHostMax: ledger.watch.perHost });
    }
    return true;
  });
}
