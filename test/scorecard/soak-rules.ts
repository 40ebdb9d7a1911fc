/** Reads a server's log after the fact and names every rule of politeness that it shows broken. Knows nothing of the reader. */

/** One request and what it was answered. Seconds count from the start of the log; `askedTag` is its If-None-Match. */
export type SoakEntry = {
  readonly host: string;
  readonly path: string;
  readonly atSeconds: number;
  readonly askedTag: string | null;
  /** Another address sent the reader here. */
  readonly isHop: boolean;
  readonly answer: SoakReply;
};

/** What the server did, and what it said beside it. */
export type SoakReply = {
  readonly kind: 'ok' | 'unmodified' | 'redirect' | 'broken-body' | 'error' | 'no-answer' | 'gone';
  readonly status: number;
  readonly tag: string | null;
  readonly maxAgeSeconds: number | null;
  readonly retryAfterSeconds: number | null;
  readonly ttlMinutes: number | null;
  readonly skipHours: readonly number[];
};

/** The rules of the log's reader: least seconds between two starts at a host, and the hour of GMT at which the log starts. */
export type SoakRules = { readonly spacingSeconds: number; readonly startHour: number };

const hourSeconds = 3_600;
const backOffHoursMax = 24;

/** Every broken rule in words; empty for a polite reader. The log is in the order of its requests. */
export function findBrokenRules(log: readonly SoakEntry[], rules: SoakRules): readonly string[] {
  return [
    ...[...groupBy(log, ({ host }) => host).values()].flatMap((entries) => judgeHost(entries, rules)),
    ...[...groupBy(log, ({ host, path }) => `${host}${path}`).values()]
      .filter(([first]) => first?.isHop === false)
      .flatMap((entries) => judgeAddress(entries, rules)),
    ...log
      .filter(({ isHop, askedTag }) => isHop && askedTag !== null && !askedTag.startsWith('"hop'))
      .map(name('P18: a tag that another host gave')),
  ];
}

function judgeHost(entries: readonly SoakEntry[], { spacingSeconds }: SoakRules): readonly string[] {
  const broken: string[] = [];
  let silentUntil = 0;
  let before: SoakEntry | null = null;
  for (const entry of entries) {
    if (entry.atSeconds < silentUntil) broken.push(name('P12: asked during a silence')(entry));
    if (before !== null && entry.atSeconds - before.atSeconds < spacingSeconds - 0.001)
      broken.push(name('P24: two starts too close')(entry));
    const { retryAfterSeconds, status } = entry.answer;
    const silence = retryAfterSeconds ?? (status === 429 ? hourSeconds : 0);
    silentUntil = Math.max(silentUntil, entry.atSeconds + silence);
    before = entry;
  }
  return broken;
}

/** What an address has taught whoever asks it. */
type Taught = {
  /** Tags that the next request may carry. */
  tags: readonly (string | null)[];
  hints: Pick<SoakReply, 'ttlMinutes' | 'skipHours'> | null;
  maxAgeSeconds: number;
  failureCount: number;
};

function judgeAddress(entries: readonly SoakEntry[], { startHour }: SoakRules): readonly string[] {
  const broken: string[] = [];
  const taught: Taught = { tags: [null], hints: null, maxAgeSeconds: 0, failureCount: 0 };
  let before: SoakEntry | null = null;
  for (const entry of entries) {
    const waited = before === null ? Number.POSITIVE_INFINITY : entry.atSeconds - before.atSeconds;
    const hour = Math.floor(startHour + entry.atSeconds / hourSeconds) % 24;
    const backOff = taught.failureCount === 0 ? 0 : Math.min(2 ** (taught.failureCount - 1), backOffHoursMax);
    const retryAfterSeconds = before?.answer.retryAfterSeconds ?? null;
    const verdicts: readonly (readonly [boolean, string])[] = [
      [before?.answer.kind === 'gone', 'P15: asked after 410'],
      [waited < hourSeconds, 'P11: asked twice within the hour'],
      [waited < taught.maxAgeSeconds, 'P10: asked within max-age'],
      [waited < (taught.hints?.ttlMinutes ?? 0) * 60, 'P23: asked within ttl'],
      [taught.hints?.skipHours.includes(hour) === true, 'P23: asked in a skipped hour'],
      [retryAfterSeconds === null && waited < backOff * hourSeconds, 'P13: asked within the back-off'],
      [
        !taught.tags.includes(entry.askedTag),
        `P2: asked with ${entry.askedTag} instead of ${taught.tags.join(' or ')}`,
      ],
    ];
    for (const [isBroken, rule] of verdicts) if (isBroken) broken.push(name(rule)(entry));
    learn(taught, entry.answer);
    before = entry;
  }
  return broken;
}

function learn(taught: Taught, { kind, tag, maxAgeSeconds, ttlMinutes, skipHours }: SoakReply): void {
  const isFailure = kind === 'error' || kind === 'no-answer' || kind === 'broken-body';
  taught.failureCount = isFailure ? taught.failureCount + 1 : 0;
  taught.maxAgeSeconds = maxAgeSeconds ?? (kind === 'unmodified' ? taught.maxAgeSeconds : 0);
  if (isFailure || kind === 'unmodified') return;
  // What was read behind a redirect has validators of another address; one that was not followed leaves the old ones.
  taught.tags = kind === 'ok' ? [tag] : [...taught.tags, null];
  taught.hints = kind === 'ok' ? { ttlMinutes, skipHours } : null;
}

function name(rule: string): (entry: SoakEntry) => string {
  return ({ host, path, atSeconds }) => `${rule} (${host}${path} at ${atSeconds.toFixed(1)} s)`;
}

function groupBy<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
): ReadonlyMap<string, readonly Entry[]> {
  return Map.groupBy(entries, keyOf);
}
