/** What may stand in an address of ours. */
import { z } from 'zod';
import { parseDurationMs } from '#src/core/duration.ts';

/** A window further back than this is a search, not a digest. */
const sinceMsMax = 31 * 86_400_000;
/** Rows of a list when nothing is said, and at most. */
const limitUsual = 50;
const limitMax = 200;

/** A day that exists, as YYYY-MM-DD. */
export const dayText = z.iso.date();

/** The id of an article or another numbered row. */
export const rowId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** Which part of a list: `next` of one answer is `cursor` of the following one. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(limitMax).default(limitUsual),
  cursor: z.string().max(200).optional(),
});

/** Which page of a long table, counted from 1; what is no page is the first. */
export const pageNumber = z.coerce.number().int().min(1).max(10_000).default(1).catch(1);

/** The moment that `24h`, `2025-01-30` or an instant (RFC 3339) means, at most 31 days back; null when it is none of them. */
export function parseSince(
  text: string,
  at: { readonly now: Temporal.Instant; readonly zone: string },
): Temporal.Instant | null {
  const moment = readMoment(text, at);
  if (moment === null || Temporal.Instant.compare(moment, at.now) >= 0) return null;
  const earliest = at.now.subtract({ milliseconds: sinceMsMax });
  return Temporal.Instant.compare(moment, earliest) < 0 ? earliest : moment;
}

function readMoment(
  text: string,
  at: { readonly now: Temporal.Instant; readonly zone: string },
): Temporal.Instant | null {
  const durationMs = parseDurationMs(text);
  if (durationMs !== null) return at.now.subtract({ milliseconds: durationMs });
  try {
    if (dayText.safeParse(text).success) return Temporal.PlainDate.from(text).toZonedDateTime(at.zone).toInstant();
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}
