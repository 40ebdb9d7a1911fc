/** Puts into the outbox what the hooks of the ledger are to be told: claims that moved, quotes that are gone, sources that fell silent. */
import { z } from 'zod';
import type { Ledger } from '#src/config/schema.ts';
import { buildDigest } from '#src/core/digest/digest.ts';
import { localDay } from '#src/core/display/time.ts';
import type { WebhookMessage } from '#src/core/output/webhook.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { insertWebhooks, listSilentSources, lockMark } from '#src/io/db/webhooks.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

type Hook = Ledger['webhooks'][number];

export default defineJob<Record<string, never>>({
  description: 'Put into the outbox what webhooks are to be told',
  payload: z.strictObject({}),
  retryCount: 0,
  expireSeconds: 300,
  concurrency: 1,
  run: tellWebhooks,
});

/** Each hook is told of the time since it was told last, in a transaction of its own; its first look only sets the mark. */
export async function tellWebhooks(_payload: object, deps: Pick<Deps, 'db' | 'now' | 'inForce'>): Promise<RunSummary> {
  let told = 0;
  for (const hook of deps.inForce().ledger.webhooks ?? []) {
    told += await deps.db.transaction().execute(async (tx) => {
      const now = deps.now();
      const since = await lockMark(tx, hook.id);
      const isFirst = since === null || Temporal.Instant.compare(since, now) >= 0;
      const found = isFirst ? [] : await listMessages(hook, { ...deps, db: tx }, { since, now });
      const messages = found.filter(({ event }) => hook.events.includes(event));
      await insertWebhooks(tx, hook.id, { messages, now });
      return messages.length;
    });
  }
  return { told };
}

async function listMessages(
  hook: Hook,
  { db, inForce }: Pick<Deps, 'db' | 'inForce'>,
  window: { readonly since: Temporal.Instant; readonly now: Temporal.Instant },
): Promise<readonly WebhookMessage[]> {
  const { name, digest } = inForce().ledger;
  const { since, now } = window;
  const facts = await gatherDigestFacts(db, {
    ledger: name,
    reader: hook.id,
    date: localDay(now, digest.zone),
    zone: digest.zone,
    window: { start: since, end: now },
    isStored: false,
    claims: hook.claims ?? null,
  });
  const at = now.toString();
  const moved = buildDigest(facts).moved.map(({ claim, statement, before, now: tally, moves }): WebhookMessage => {
    const data = { claim, statement, before, now: tally, reasons: moves.map(({ words }) => words) };
    return { event: 'claim-moved', key: `claim-moved ${claim} ${since}`, at, data };
  });
  const gone = facts.changed.flatMap(({ change, ...quote }): readonly WebhookMessage[] => {
    if (change?.kind !== 'gone') return [];
    const { taggingId, articleId, claim, stance, speaker, outlet, url } = quote;
    const data = {
      claim,
      stance,
      speaker,
      outlet,
      url,
      articleId,
      quote: quote.quote,
      lastThereAt: change.lastThereAt,
    };
    return [{ event: 'quote-gone', key: `quote-gone ${taggingId} ${change.seenAt}`, at: change.seenAt, data }];
  });
  const silent = (await listSilentSources(db, now)).map(
    ({ id, name: source, lastNewAt, usualGapHours }): WebhookMessage => {
      const data = { source: id, name: source, lastNewAt: lastNewAt.toString(), usualGapHours };
      return { event: 'source-silent', key: `source-silent ${id} ${lastNewAt}`, at, data };
    },
  );
  return [...moved, ...gone, ...silent];
}
