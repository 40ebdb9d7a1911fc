/** Sends one mail from the outbox: taken under a lease first, sent second, written down third. Nothing is lost; at most one is doubled. */
import { z } from 'zod';
import { planRetry } from '#src/core/mail/delivery.ts';
import { finishDelivery, suspendReader, takeDelivery } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { renewLateMail } from './renew-late-mail.ts';

type Payload = { readonly deliveryId: number };

export default defineJob<Payload>({
  description: 'Send one mail of the outbox',
  payload: z.strictObject({ deliveryId: z.int() }),
  // Tries are counted and spaced in the outbox itself, so that an emptied queue forgets nothing.
  retryCount: 0,
  expireSeconds: 120,
  concurrency: 1,
  run: sendDigest,
});

/** One try. A try that ends without an answer leaves the mail in doubt, and it is sent again unchanged. */
export async function sendDigest({ deliveryId }: Payload, deps: Deps): Promise<RunSummary> {
  await renewLateMail(deliveryId, deps);
  const delivery = await takeDelivery(deps.db, deliveryId, deps.now());
  if (delivery === null) return { delivery: deliveryId, sent: false };
  const { from } = deps.inForce().ledger.digest;
  const outcome = await deps.mailer.send({
    from,
    to: delivery.address,
    name: `${delivery.date}-${delivery.readerId}`,
    message: delivery.message,
  });
  const now = deps.now();
  const result = planRetry(outcome, { attemptCount: delivery.attemptCount, isDoubtful: delivery.isDoubtful, now });
  const isOurs = await finishDelivery(deps.db, delivery.id, { ...result, attemptCount: delivery.attemptCount, now });
  deps.metrics.mailed(isOurs ? result.state : 'lost', { isRetry: delivery.attemptCount > 1 });
  if (isOurs && outcome.kind === 'refused' && outcome.isFinal) {
    await suspendReader(deps.db, delivery.readerId, outcome.words, now);
  }
  return {
    delivery: deliveryId,
    date: delivery.date,
    reader: delivery.readerId,
    state: isOurs ? result.state : 'lost',
  };
}
