/** Sends one webhook from the outbox: taken under a lease first, sent second, written down third. */
import { z } from 'zod';
import { planNextPost, signWebhook } from '#src/core/output/webhook.ts';
import { finishWebhook, takeWebhook } from '#src/io/db/webhooks.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

type Payload = { readonly deliveryId: number };

export default defineJob<Payload>({
  description: 'Send one webhook of the outbox',
  payload: z.strictObject({ deliveryId: z.int() }),
  // Tries are counted and spaced in the outbox itself, so that an emptied queue forgets nothing.
  retryCount: 0,
  expireSeconds: 120,
  concurrency: 1,
  run: sendWebhook,
});

/** One try, signed for its own instant. What left the ledger file meanwhile is not sent. */
export async function sendWebhook(
  { deliveryId }: Payload,
  deps: Pick<Deps, 'db' | 'now' | 'inForce' | 'signal'> & {
    readonly http: Pick<Deps['http'], 'post'>;
    readonly config: Pick<Deps['config'], 'webhookSecret'>;
  },
): Promise<RunSummary> {
  const delivery = await takeWebhook(deps.db, deliveryId, deps.now());
  if (delivery === null) return { delivery: deliveryId, sent: false };
  const hook = (deps.inForce().ledger.webhooks ?? []).find(({ id }) => id === delivery.hook);
  const secret = deps.config.webhookSecret;
  if (hook === undefined || secret === null) {
    const error = hook === undefined ? 'the ledger has no such hook' : 'CLAIMLEDGER_WEBHOOK_SECRET is not set';
    await finishWebhook(deps.db, delivery, { state: 'failed', nextAttemptAt: null, error, now: deps.now() });
    return { delivery: deliveryId, sent: false };
  }
  const headers = {
    'content-type': 'application/json',
    'claimledger-delivery': String(delivery.id),
    'claimledger-event': delivery.event,
    'claimledger-signature': signWebhook(delivery.body, { secret, at: deps.now() }),
  };
  const outcome = await deps.http.post({ url: hook.url, headers, body: delivery.body }, deps.signal);
  const now = deps.now();
  const plan = planNextPost(outcome, { attemptCount: delivery.attemptCount, now });
  const error = plan.state === 'sent' ? null : outcome.words;
  await finishWebhook(deps.db, delivery, { ...plan, error, now });
  return { delivery: deliveryId, event: delivery.event, state: plan.state };
}
