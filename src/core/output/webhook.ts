/** What a webhook says, how it is signed, and when it is tried again. */
import { createHmac } from 'node:crypto';

/** What a hook can be told. */
export const webhookEvents = ['claim-moved', 'quote-gone', 'source-silent'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** One event; `key` is the same whenever the same thing is found again, `at` is RFC 3339. */
export type WebhookMessage = {
  readonly event: WebhookEvent;
  readonly key: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** What one try came to; `status` null = there was no answer. */
export type PostOutcome = { readonly status: number | null; readonly words: string };

const firstWaitMinutes = 1;
const waitMinutesMax = 360;
/** About two days of tries: 1, 2, 4 ... 360 minutes. */
const attemptsMax = 16;

/** The signature of a body that leaves at an instant: HMAC-SHA256 over the second and the body, so that neither can be sent anew. */
export function signWebhook(body: string, key: { readonly secret: string; readonly at: Temporal.Instant }): string {
  const seconds = Math.floor(key.at.epochMilliseconds / 1000);
  const digest = createHmac('sha256', key.secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

/** What follows from a try: every 2xx is a success, everything else is tried again for two days. `nextAttemptAt` null = it is finished. */
export function planNextPost(
  outcome: PostOutcome,
  options: { readonly attemptCount: number; readonly now: Temporal.Instant },
): { readonly state: 'sent' | 'pending' | 'failed'; readonly nextAttemptAt: Temporal.Instant | null } {
  if (outcome.status !== null && outcome.status >= 200 && outcome.status < 300)
    return { state: 'sent', nextAttemptAt: null };
  // 410 Gone: whoever answers so wants no more of them.
  if (outcome.status === 410 || options.attemptCount >= attemptsMax) return { state: 'failed', nextAttemptAt: null };
  const minutes = Math.min(firstWaitMinutes * 2 ** (options.attemptCount - 1), waitMinutesMax);
  return { state: 'pending', nextAttemptAt: options.now.add({ minutes }) };
}
