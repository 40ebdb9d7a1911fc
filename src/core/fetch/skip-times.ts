/**
 * When a feed says it needs no visit: RSS ttl, skipHours (0-23, GMT), skipDays (English names) and sy:updatePeriod over
 * updateFrequency.
 */
export type FeedHints = {
  readonly ttlMinutes: number | null;
  readonly skipHours: readonly number[];
  readonly skipDays: readonly string[];
  readonly updatePeriodSeconds: number | null;
};

const hoursOfWeek = 7 * 24;
const dayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * `dueAt` itself, or the start of the first hour (GMT) that the feed does not skip; hints that skip the whole week are
 * a mistake.
 */
export function afterSkipped(dueAt: Temporal.Instant, hints: FeedHints | null): Temporal.Instant {
  if (hints === null || (hints.skipHours.length === 0 && hints.skipDays.length === 0)) return dueAt;
  const dueHour = dueAt.toZonedDateTimeISO('UTC').round({ smallestUnit: 'hour', roundingMode: 'floor' });
  for (let offset = 0; offset < hoursOfWeek; offset += 1) {
    const candidate = dueHour.add({ hours: offset });
    if (!isSkipped(candidate, hints)) return offset === 0 ? dueAt : candidate.toInstant();
  }
  return dueAt;
}

function isSkipped(time: Temporal.ZonedDateTime, hints: FeedHints): boolean {
  const dayName = dayNames[time.dayOfWeek - 1];
  // RSS 0.91 counts hours from 1 to 24, RSS 2.0 from 0 to 23: 24 is midnight in both.
  const isHourSkipped = hints.skipHours.some((skipped) => skipped % 24 === time.hour);
  return isHourSkipped || hints.skipDays.some((skipped) => skipped.trim().toLowerCase() === dayName);
}
