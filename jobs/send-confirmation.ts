/** Asks an address that somebody wrote into the form whether it wants the daily mail. Nothing else is sent to it before it answers. */
import { z } from 'zod';
import { renderConfirmationMail } from '#src/core/mail/confirmation.ts';
import { linkPath } from '#src/core/mail/link.ts';
import { closeConfirmation, takeConfirmation } from '#src/io/db/subscriptions.ts';
import type { Deps } from '#src/io/deps.ts';
import { composeMail } from '#src/io/mail.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { signerOf } from './build-digest.ts';

type Payload = { readonly subscriptionId: number };

export default defineJob<Payload>({
  description: 'Ask an address whether it wants the daily mail',
  payload: z.strictObject({ subscriptionId: z.int() }),
  // Tries are counted and spaced in the subscription itself, so that an emptied queue forgets nothing.
  retryCount: 0,
  expireSeconds: 120,
  concurrency: 1,
  run: sendConfirmation,
});

/** One try. Without an answer of the server the mail is sent again later; it carries the same Message-ID. */
export async function sendConfirmation({ subscriptionId }: Payload, deps: Deps): Promise<RunSummary> {
  const { digest, web, name } = deps.inForce().ledger;
  if (digest.subscribe === 'closed' || web.publicUrl === undefined)
    return { subscription: subscriptionId, sent: false };
  const now = deps.now();
  const subscription = await takeConfirmation(deps.db, subscriptionId, now);
  if (subscription === null) return { subscription: subscriptionId, sent: false };
  const path = linkPath('confirm', subscription.linkId, deps.linkKeys);
  const mail = renderConfirmationMail({ ledger: name, url: `${web.publicUrl}${path}` });
  const domain = digest.from.split('@').at(-1) ?? 'localhost';
  const message = await composeMail(
    {
      ...mail,
      from: digest.from,
      to: subscription.address,
      replyTo: digest.replyTo ?? null,
      messageId: `<confirm.${subscription.linkId}@${domain}>`,
      date: now,
      headers: { 'Auto-Submitted': 'auto-generated' },
    },
    signerOf(deps),
  );
  const outcome = await deps.mailer.send({
    from: digest.from,
    to: subscription.address,
    name: `confirm-${subscription.linkId}`,
    message,
  });
  const isOver =
    outcome.kind === 'sent' || outcome.kind === 'written' || (outcome.kind === 'refused' && outcome.isFinal);
  if (isOver) await closeConfirmation(deps.db, subscription);
  return { subscription: subscriptionId, outcome: outcome.kind };
}
