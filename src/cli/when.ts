import { parseDurationMs } from '#src/core/duration.ts';
import { LedgerError } from '#src/core/ledger-error.ts';

/**
 * The instant that a person means by `24h` (so long before now), `2026-01-30` (that day's start in the zone) or an RFC 3339
 * instant. Throws `usage` naming the option and the forms.
 */
export function readWhen(
  text: string,
  option: string,
  at: { readonly now: Temporal.Instant; readonly zone: string },
): Temporal.Instant {
  const durationMs = parseDurationMs(text);
  if (durationMs !== null) return at.now.subtract({ milliseconds: durationMs });
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(at.zone).toInstant();
    return Temporal.Instant.from(text);
  } catch {
    throw new LedgerError(
      'usage',
      `Cannot read ${option} "${text}": write a duration (24h), a date (2026-01-30) or an instant (2026-01-30T07:00:00Z)`,
    );
  }
}

/** A calendar date as `--date` takes it. Throws `usage`. */
export function readDate(text: string, option: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    try {
      return Temporal.PlainDate.from(text).toString();
    } catch {
      // Falls through to the one message: 2026-02-30 is as wrong as "yesterday".
    }
  }
  throw new LedgerError('usage', `Cannot read ${option} "${text}": write a date such as 2026-01-30`);
}
