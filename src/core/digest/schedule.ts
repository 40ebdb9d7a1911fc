/** When a reader's next digest is due: one per local date, computed from the last one and never from a timer. */

/** A reader as the schedule needs it. `lastDate` is the local date of the newest digest, `lastEnd` the end of its window. */
export type DigestPlan = {
  readonly localTime: string;
  readonly zone: string;
  readonly addedAt: Temporal.Instant;
  readonly lastDate: string | null;
  readonly lastEnd: Temporal.Instant | null;
};

/** A digest to be made: its date, the instant it is due, and its half-open window. */
export type DigestSlot = {
  readonly date: string;
  readonly dueAt: Temporal.Instant;
  readonly window: { readonly start: Temporal.Instant; readonly end: Temporal.Instant };
};

/** Reaches back this far when nothing was told before. */
const firstWindowHours = 24;

/**
 * The digest that is due at `now`, or null. A date whose time does not exist that day is served at the next instant that does; one
 * that exists twice is served at the first (Temporal's "compatible"). After a long silence the newest date is served and its
 * window covers everything since the last one. `firstLookEndedAt` is when the ledger had looked at all its sources for the first time:
 * readers who were there by then get their first digest at once, whatever the time, so that a new ledger shows its work.
 */
export function findDueDigest(
  plan: DigestPlan,
  options: { readonly now: Temporal.Instant; readonly firstLookEndedAt: Temporal.Instant | null },
): DigestSlot | null {
  const { now, firstLookEndedAt: end } = options;
  if (plan.lastDate === null && end !== null && Temporal.Instant.compare(plan.addedAt, end) <= 0) {
    const date = end.toZonedDateTimeISO(plan.zone).toPlainDate().toString();
    return { date, dueAt: end, window: { start: end.subtract({ hours: firstWindowHours }), end } };
  }
  const date = newestDate(plan, now);
  const dueAt = slotOf(date, plan);
  const isTold = plan.lastDate !== null && date <= plan.lastDate;
  const wasBeforeReader = plan.lastDate === null && Temporal.Instant.compare(dueAt, plan.addedAt) < 0;
  if (isTold || wasBeforeReader) return null;
  const start = plan.lastEnd ?? dueAt.subtract({ hours: firstWindowHours });
  return Temporal.Instant.compare(start, dueAt) >= 0 ? null : { date, dueAt, window: { start, end: dueAt } };
}

/** When the next digest will be due after `now`, for telling people. */
export function nextDigestAt(plan: DigestPlan, now: Temporal.Instant): Temporal.Instant {
  const today = now.toZonedDateTimeISO(plan.zone).toPlainDate();
  for (let days = 0; days < 3; days += 1) {
    const date = today.add({ days }).toString();
    const dueAt = slotOf(date, plan);
    if (Temporal.Instant.compare(dueAt, now) > 0 && (plan.lastDate === null || date > plan.lastDate)) return dueAt;
  }
  return slotOf(today.add({ days: 3 }).toString(), plan);
}

/** The newest local date whose time has come. */
function newestDate(plan: DigestPlan, now: Temporal.Instant): string {
  const today = now.toZonedDateTimeISO(plan.zone).toPlainDate();
  const isDue = Temporal.Instant.compare(slotOf(today.toString(), plan), now) <= 0;
  return (isDue ? today : today.subtract({ days: 1 })).toString();
}

function slotOf(date: string, plan: Pick<DigestPlan, 'localTime' | 'zone'>): Temporal.Instant {
  return Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone: plan.zone, plainTime: Temporal.PlainTime.from(plan.localTime) })
    .toInstant();
}
