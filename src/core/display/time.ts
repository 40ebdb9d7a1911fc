/** Instants and days as people read them. Every function names its zone; none knows the present. */

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Where and when a page is read: dates of `year` are written without it. `language` (BCP 47) writes days and months; English by default. */
export type Calendar = { readonly zone: string; readonly year: number; readonly language?: string };

/** The calendar of a page that is dated `date` (YYYY-MM-DD). */
export function calendarOf(date: string, zone: string): Calendar {
  return { zone, year: Number(date.slice(0, 4)) };
}

/**
 * A moment (RFC 3339, or YYYY-MM-DD when only the day is known) as stored pages say it: "Thu 30 Jan, 05:48", of another year
 * "30 Jan 2024", the day alone "29 Jan". What is neither gives an empty text.
 */
export function formatMoment(moment: string, calendar: Calendar): string {
  if (isDay(moment)) return formatDay(moment, calendar);
  const local = readInstant(moment)?.toZonedDateTimeISO(calendar.zone);
  if (local === undefined) return '';
  const day = formatDay(local.toPlainDate().toString(), calendar);
  return local.year === calendar.year ? `${shortWeekday(local, calendar)} ${day}, ${clock(local)}` : day;
}

/** A day (YYYY-MM-DD) as "30 Jan", of another year "30 Jan 2024". */
export function formatDay(date: string, calendar: Calendar): string {
  const day = Temporal.PlainDate.from(date);
  if (isForeign(calendar)) {
    const year = day.year === calendar.year ? {} : ({ year: 'numeric' } as const);
    return writeForeign(day, calendar, { day: 'numeric', month: 'short', ...year });
  }
  const words = `${day.day} ${monthName(day).slice(0, 3)}`;
  return day.year === calendar.year ? words : `${words} ${day.year}`;
}

/** A day with its weekday: "Wed 29 Jan". */
export function formatWeekday(date: string, calendar: Calendar): string {
  return `${shortWeekday(Temporal.PlainDate.from(date), calendar)} ${formatDay(date, calendar)}`;
}

/** A day in full: "Thursday 30 January 2025". */
export function formatLongDay(date: string, calendar: Pick<Calendar, 'language'> = {}): string {
  const day = Temporal.PlainDate.from(date);
  if (isForeign(calendar)) return writeForeign(day, calendar, { dateStyle: 'full' });
  return `${weekdayName(day)} ${day.day} ${monthName(day)} ${day.year}`;
}

/** A window: "Wed 07:00 to Thu 07:00"; of more than six days or another year, with the dates. */
export function formatWindow(window: { readonly start: string; readonly end: string }, calendar: Calendar): string {
  const [start, end] = [window.start, window.end].map((text) =>
    Temporal.Instant.from(text).toZonedDateTimeISO(calendar.zone),
  );
  if (start === undefined || end === undefined) return '';
  const days = start.toPlainDate().until(end.toPlainDate()).days;
  const write = (local: Temporal.ZonedDateTime): string =>
    days < 7 && local.year === calendar.year
      ? `${shortWeekday(local, calendar)} ${clock(local)}`
      : `${formatDay(local.toPlainDate().toString(), calendar)}, ${clock(local)}`;
  return `${write(start)} to ${write(end)}`;
}

/** An instant as live pages say it: "today 09:40", "yesterday 18:20", "tomorrow 07:00", else "Tue 28 Jan". */
export function formatLive(instant: string, at: { readonly zone: string; readonly now: Temporal.Instant }): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(at.zone);
  const today = at.now.toZonedDateTimeISO(at.zone).toPlainDate();
  const word = nearWords.get(today.until(local.toPlainDate()).total('days'));
  const calendar = { zone: at.zone, year: today.year };
  return word === undefined ? formatWeekday(local.toPlainDate().toString(), calendar) : `${word} ${clock(local)}`;
}

const nearWords: ReadonlyMap<number, string> = new Map([
  [-1, 'yesterday'],
  [0, 'today'],
  [1, 'tomorrow'],
]);

/** The time of day of an instant: "09:02". */
export function formatClock(instant: string, zone: string): string {
  return clock(Temporal.Instant.from(instant).toZonedDateTimeISO(zone));
}

/** A wait as a rough length: "45 min", "6 h", "3 d". */
export function formatWait(waitMs: number): string {
  const minutes = Math.max(1, Math.round(waitMs / 60_000));
  if (minutes < 90) return `${minutes}\u202fmin`;
  return minutes < 36 * 60 ? `${Math.round(minutes / 60)}\u202fh` : `${Math.round(minutes / 1_440)}\u202fd`;
}

/** The exact second, for titles: "2025-01-30 05:48:12 UTC"; a day stays as it is. */
export function formatExact(moment: string): string {
  const instant = isDay(moment) ? null : readInstant(moment);
  return instant === null ? moment : `${instant.round('second').toString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** The local day (YYYY-MM-DD) of an instant. */
export function localDay(instant: Temporal.Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDate().toString();
}

function isDay(moment: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(moment);
}

function readInstant(moment: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(moment);
  } catch {
    return null;
  }
}

function clock(local: Temporal.ZonedDateTime): string {
  return local.toPlainTime().toString({ smallestUnit: 'minute' });
}

function weekdayName(day: { readonly dayOfWeek: number }): string {
  return weekdays[day.dayOfWeek - 1] ?? '';
}

function shortWeekday(day: Temporal.PlainDate | Temporal.ZonedDateTime, calendar: Pick<Calendar, 'language'>): string {
  if (isForeign(calendar)) return writeForeign(Temporal.PlainDate.from(day), calendar, { weekday: 'short' });
  return weekdayName(day).slice(0, 3);
}

type ForeignCalendar = { readonly language: string };

function isForeign(calendar: Pick<Calendar, 'language'>): calendar is ForeignCalendar {
  return calendar.language !== undefined && calendar.language !== 'en';
}

/** Days of the Gregorian calendar in Western digits, whatever else a language counts with: they must match the dates in addresses. */
function writeForeign(day: Temporal.PlainDate, calendar: ForeignCalendar, parts: Intl.DateTimeFormatOptions): string {
  return day.toLocaleString(calendar.language, { ...parts, calendar: 'gregory', numberingSystem: 'latn' });
}

function monthName(day: { readonly month: number }): string {
  return months[day.month - 1] ?? '';
}
