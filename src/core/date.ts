/** A date read from text: an RFC 3339 instant in UTC, or YYYY-MM-DD when no time of day was given. */
export type ParsedDate = { readonly iso: string; readonly precision: 'second' | 'day' };

// Longer text is prose, not a date.
const DATE_CHARS_MAX = 200;
// Earlier or later years are numbers that happen to stand beside a month name.
const YEAR_MIN = 1900;
const YEAR_MAX = 2199;
// Two-digit years pivot at 1970, the first year a computer's clock gives.
const PIVOT_YEAR = 70;
const DAY_MILLISECONDS = 86_400_000;
// Offsets in use reach from -12:00 to +14:00.
const OFFSET_MINUTES_MAX = 14 * 60;

// Month names come from the runtime's own language data. Where two languages share a name for different months the
// first one here wins; Croatian stays out because its "listopad" is October and the Polish and Czech one November.
const MONTH_LANGUAGES =
  'en de fr es it pt nl sv nb da fi pl cs sk hu ro tr ru uk bg el he ar hi id ms ca et lv lt sl'.split(' ');
const MONTH_STYLES = [{ month: 'long' }, { month: 'short' }, { month: 'long', day: 'numeric' }] as const;

// The words of nearly every feed's dates, with the month of those that are one. Naming the months of all those languages takes a
// thread 0.2 s, which a feed in English is spared; none of them calls a month by another of these words.
const ENGLISH_MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const ENGLISH_OTHERS = 'monday tuesday wednesday thursday friday saturday sunday gmt utc'.split(' ');
const ENGLISH_WORDS: ReadonlyMap<string, number | null> = new Map([
  ...ENGLISH_MONTHS.flatMap((name, index): [string, number][] => [
    [name, index + 1],
    [name.slice(0, 3), index + 1],
  ]),
  ...ENGLISH_OTHERS.flatMap((name): [string, null][] => [
    [name, null],
    [name.slice(0, 3), null],
  ]),
]);

// Minutes east of UTC. IST is read as Indian and CST as American time: the other readings hardly occur in feeds.
const ZONES_BY_OFFSET: readonly (readonly [minutes: number, names: string])[] = [
  [0, 'Z UT UTC GMT WET'],
  [60, 'WEST BST CET MEZ'],
  [120, 'CEST MESZ EET SAST'],
  [180, 'EEST MSK'],
  [300, 'PKT'],
  [330, 'IST'],
  [420, 'WIB'],
  [480, 'HKT SGT AWST'],
  [540, 'JST KST'],
  [600, 'AEST'],
  [660, 'AEDT'],
  [720, 'NZST'],
  [780, 'NZDT'],
  [-180, 'BRT ADT'],
  [-240, 'AST EDT'],
  [-300, 'EST CDT'],
  [-360, 'CST MDT'],
  [-420, 'MST PDT'],
  [-480, 'PST AKDT'],
  [-540, 'AKST'],
  [-600, 'HST'],
];
// Written all year round: the place's summer time decides.
const ZONE_PLACES: ReadonlyMap<string, string> = new Map([
  ['ET', 'America/New_York'],
  ['CT', 'America/Chicago'],
  ['MT', 'America/Denver'],
  ['PT', 'America/Los_Angeles'],
]);

const EPOCH = /^\d{9,10}$|^\d{12,13}$/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(?!\d)/;
const CLOCK = /(?<!\d)(\d{1,2})[:h時时](\d\d)(?:[:分](\d\d)(?:[.,]\d+)?)?(?!\d)(?:\s?([ap])\.?m\b)?/i;
const HOUR_ONLY = /(?<!\d)(\d{1,2})()()\s?([ap])\.?m\b/i;
const OFFSET = /^[\s(]*(?:GMT|UTC?)?([+\u2212-])(\d\d?):?(\d\d)?(?!\d)/i;
const ZONE_NAME = /(?<![\p{L}\d])(?:[A-Z]{1,4}|gmt|utc)(?![\p{L}\d])/gu;
const YEAR_FIRST = /(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)/;
const YEAR_LAST = /(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d\d)(?!\d)/;
const WORDS = /[\p{L}\p{M}]+|\d+/gu;

type Day = { readonly year: number; readonly month: number; readonly day: number };
type Clock = { readonly seconds: number; readonly zone: string | number };

const zoneMinutes: ReadonlyMap<string, number> = new Map(
  ZONES_BY_OFFSET.flatMap(([minutes, names]) => names.split(' ').map((name): [string, number] => [name, minutes])),
);
let monthNumbers: ReadonlyMap<string, number> | null = null;

/**
 * Reads a date in any of the forms that feeds and pages use: RFC 822 with its usual faults, ISO 8601, epoch seconds or
 * milliseconds, month names in many languages, year-first and day-first figures (month first with slashes). A time
 * without a zone is UTC. Gives null for anything else; never throws.
 */
export function parseDate(text: string): ParsedDate | null {
  const trimmed = text
    .slice(0, DATE_CHARS_MAX + 1)
    .normalize('NFKC')
    .trim();
  if (trimmed.length > DATE_CHARS_MAX || !/\d/.test(trimmed)) return null;
  if (EPOCH.test(trimmed)) return fromMilliseconds(Number(trimmed) * (trimmed.length < 12 ? 1000 : 1));
  const spread = trimmed.replace(COMPACT, (...[, year, month, day, hour, minute, second]) =>
    hour === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day} ${hour}:${minute}:${second ?? '00'}`,
  );
  const found = CLOCK.exec(spread) ?? HOUR_ONLY.exec(spread);
  if (found === null) return dayOnly(readDay(spread));
  const rest = spread.slice(found.index + found[0].length);
  const offset = OFFSET.exec(rest);
  const day = readDay(`${spread.slice(0, found.index)} ${rest.slice(offset?.[0].length ?? 0)}`);
  const seconds = readSeconds(found);
  if (day === null || seconds === null) return null;
  return toInstant(day, { seconds, zone: readZone(rest, offset) });
}

/** The instant as RFC 3339, with a bare day read as its midnight in UTC, as feeds mean it; null when unreadable. */
export function parseInstant(text: string): string | null {
  const date = parseDate(text);
  return date === null || date.precision === 'second' ? (date?.iso ?? null) : `${date.iso}T00:00:00Z`;
}

function dayOnly(day: Day | null): ParsedDate | null {
  return day === null ? null : { iso: Temporal.PlainDate.from(day).toString(), precision: 'day' };
}

function toInstant(day: Day, clock: Clock): ParsedDate {
  // Midnight written as 24:00 and leap seconds run over into the next day or minute.
  const local = Date.UTC(day.year, day.month - 1, day.day) + clock.seconds * 1000;
  if (typeof clock.zone === 'number') return fromMilliseconds(local - clock.zone * 60_000);
  const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime();
  return fromMilliseconds(wall.toZonedDateTime(clock.zone).epochMilliseconds);
}

function fromMilliseconds(milliseconds: number): ParsedDate {
  const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds);
  return { iso: instant.toString({ smallestUnit: 'second' }), precision: 'second' };
}

function readSeconds(clock: RegExpExecArray): number | null {
  const hour = Number(clock[1]);
  const minute = Number(clock[2] || 0);
  const second = Number(clock[3] || 0);
  const half = clock[4]?.toLowerCase();
  if (minute > 59 || second > 60 || (half !== undefined && hour > 12 && half === 'a')) return null;
  const hour24 = half === undefined || hour > 12 ? hour : (hour % 12) + (half === 'p' ? 12 : 0);
  const total = hour24 * 3600 + minute * 60 + second;
  return total <= 24 * 3600 ? total : null;
}

function readZone(rest: string, offset: RegExpExecArray | null): string | number {
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    if (minutes <= OFFSET_MINUTES_MAX) return offset[1] === '+' ? minutes : -minutes;
  }
  for (const [name] of rest.matchAll(ZONE_NAME)) {
    const zone = ZONE_PLACES.get(name) ?? zoneMinutes.get(name.toUpperCase());
    if (zone !== undefined) return zone;
  }
  return 0;
}

function readDay(text: string): Day | null {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) return checkDay(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
  const named = readNamedDay(text);
  if (named !== null) return named;
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast === null) return null;
  const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), readYear(yearLast[4] ?? '')];
  const isMonthFirst = second > 12 || (yearLast[2] === '/' && first <= 12);
  return isMonthFirst ? checkDay(year, first, second) : checkDay(year, second, first);
}

// The day, the month's name and the year stand together once weekdays and small words are gone. A four-digit year is
// looked for first, so that "3 hours ago, Jan 29, 2025" is not a day of 2029.
function readNamedDay(text: string): Day | null {
  const words = (text.match(WORDS) ?? []).filter((word) => /^\d/.test(word) || findMonth(word) !== null);
  for (const yearDigits of [4, 2]) {
    for (let at = 0; at + 2 < words.length; at += 1) {
      const day = readTriple(words.slice(at, at + 3), yearDigits);
      if (day !== null) return day;
    }
  }
  return null;
}

function readTriple(words: readonly string[], yearDigits: number): Day | null {
  const [a = '', b = '', c = ''] = words;
  const isYear = (word: string): boolean => word.length === yearDigits && /^\d+$/.test(word);
  const isDay = (word: string): boolean => /^\d\d?$/.test(word);
  if (isDay(a) && isYear(c)) return checkDay(readYear(c), findMonth(b) ?? 0, Number(a));
  if (isDay(b) && isYear(c)) return checkDay(readYear(c), findMonth(a) ?? 0, Number(b));
  if (isYear(a) && isDay(c)) return checkDay(readYear(a), findMonth(b) ?? 0, Number(c));
  return null;
}

function readYear(digits: string): number {
  const year = Number(digits);
  if (digits.length !== 2) return year;
  return year < PIVOT_YEAR ? 2000 + year : 1900 + year;
}

function checkDay(year: number, month: number, day: number): Day | null {
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12) return null;
  const dayCount = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MILLISECONDS;
  return day >= 1 && day <= dayCount ? { year, month, day } : null;
}

function findMonth(word: string): number | null {
  // Most dates are English, and plain letters need no folding.
  const english = ENGLISH_WORDS.get(word.toLowerCase());
  if (english !== undefined) return english;
  const name = foldName(word);
  monthNumbers ??= listMonthNames();
  return monthNumbers.get(name) ?? null;
}

function foldName(name: string): string {
  return name.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

function listMonthNames(): ReadonlyMap<string, number> {
  const names = new Map([['sept', 9]]);
  for (const language of MONTH_LANGUAGES) {
    for (const style of MONTH_STYLES) {
      const format = new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month += 1) {
        const part = format.formatToParts(Date.UTC(2025, month - 1, 1)).find(({ type }) => type === 'month');
        // Catalan puts its "de" into the name: the last word is the month.
        const name = foldName(part?.value.match(/[\p{L}\p{M}]+/gu)?.at(-1) ?? '');
        if (name.length > 1 && !names.has(name)) names.set(name, month);
      }
    }
  }
  return names;
}
