/**
 * From a response to what became of the request: reads the body where there is one to read, and names what is wrong
 * where not.
 */
import type { Dispatcher } from 'undici';
import type { FetchKind, FetchLimits } from '#src/core/fetch/limits.ts';
import {
  type Answer,
  type Failed,
  type FetchOutcome,
  permanentTarget,
  type Redirect,
  type Refused,
  statusReason,
} from '#src/core/fetch/outcome.ts';
import { readBody } from '#src/io/http/body.ts';
import { type ExchangePhase, failed, type Trouble } from '#src/io/http/trouble.ts';

/** An answer of the HTTP client whose body was not yet read. */
export type RawAnswer = Dispatcher.ResponseData;

/**
 * Where a fetch stands; each hop writes it on, so that a failure can say how far it came. `startedAtMs` is of the
 * monotonic clock.
 */
export type Trip = {
  url: string;
  redirects: readonly Redirect[];
  phase: ExchangePhase;
  status: number | null;
  readonly startedAtMs: number;
};

/** What was asked for, and how: `isConditional` when validators were sent, `requestHeaders` of the last hop. */
export type Asked = {
  readonly trip: Trip;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly kind: FetchKind;
  readonly isConditional: boolean;
  readonly limits: FetchLimits;
};

/** 202 is how bot checks answer, 206 is a part that nobody asked for. */
const readableStatuses: ReadonlySet<number> = new Set([200, 203]);
/**
 * Types that no reader of ours understands. The rest is told apart by its bytes, as servers mislabel feeds and pages.
 */
const unreadableTypes =
  /^(?:image|audio|video|font)\/|^application\/(?:pdf|zip|gzip|x-tar|msword|vnd\.(?:ms-|openxmlformats))/i;
const detailLengthMax = 80;

/**
 * The outcome of an answer that is no redirect. Throws `TroubleError`, or an error of the stream, when its body cannot
 * be had.
 */
export async function readOutcome(response: RawAnswer, asked: Asked): Promise<FetchOutcome> {
  const { trip, kind, requestHeaders } = asked;
  const status = response.statusCode;
  if (readableStatuses.has(status) || (status === 204 && kind === 'robots')) {
    const body = await readWhole(response, asked);
    return { kind: 'fresh', ...answerOf(response, trip), ...validatorsOf(response), body, requestHeaders };
  }
  discardBody(response);
  if (status === 304 && asked.isConditional) {
    return { kind: 'unmodified', ...answerOf(response, trip), ...validatorsOf(response) };
  }
  // Behind a temporary redirect the address itself may well be alive.
  const isOwn = trip.redirects.length === 0 || permanentTarget(trip.redirects) === trip.url;
  if (status === 410 && isOwn) return { kind: 'gone', ...answerOf(response, trip) };
  const reason = status === 204 || status === 205 ? 'empty' : statusReason(status);
  return { ...failedTrip(trip, { reason, detail: null }), retryAfter: firstValue(response.headers['retry-after']) };
}

/** The outcome of a trip that ended in trouble. */
export function troubledOutcome(trip: Trip, trouble: Trouble): Failed | Refused {
  if (trouble.kind === 'failed') return failedTrip(trip, trouble);
  return { ...trouble, finalUrl: trip.url, redirects: trip.redirects, durationMs: elapsedMs(trip) };
}

/** Lets go of a body that nobody reads. One that may be long takes its connection with it. */
export function discardBody(response: RawAnswer): void {
  response.body.on('error', () => {});
  if (response.statusCode === 304) response.body.resume();
  else response.body.destroy();
}

/** The first of a header's values as Latin-1, which keeps every byte; null when the header is absent. */
export function firstValue(value: string | readonly string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** The decoded body, or the first bytes of a long robots.txt. */
async function readWhole(response: RawAnswer, { trip, kind, limits }: Asked): Promise<Uint8Array> {
  const type = firstValue(response.headers['content-type']) ?? '';
  const bytesMax = limits.bodyBytesMax[kind];
  const isTooLong = Number(firstValue(response.headers['content-length']) ?? 0) > bytesMax;
  if (kind !== 'robots' && (isTooLong || unreadableTypes.test(type))) {
    discardBody(response);
    throw isTooLong ? tooLarge(bytesMax) : failed('wrong-type', type.slice(0, detailLengthMax));
  }
  trip.phase = 'body';
  response.body.on('error', () => {});
  const encoding = [response.headers['content-encoding'] ?? ''].flat().join(',');
  const { bytes, isCut } = await readBody(response.body, encoding, { ...limits, bytesMax });
  if (kind !== 'robots' && isCut) throw tooLarge(bytesMax);
  if (kind !== 'robots' && bytes.length === 0) throw failed('empty', null);
  return bytes;
}

function tooLarge(bytesMax: number): Error {
  return failed('too-large', `over ${Math.floor(bytesMax / (1024 * 1024))} MB`);
}

function failedTrip(trip: Trip, { reason, detail }: Pick<Failed, 'reason' | 'detail'>): Failed {
  const { url: finalUrl, redirects, status } = trip;
  return { kind: 'failed', reason, detail, status, retryAfter: null, finalUrl, redirects, durationMs: elapsedMs(trip) };
}

function answerOf(response: RawAnswer, trip: Trip): Answer {
  const headers = Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
  return {
    status: response.statusCode,
    finalUrl: trip.url,
    redirects: trip.redirects,
    headers: Object.fromEntries(headers),
    durationMs: elapsedMs(trip),
  };
}

function validatorsOf({ headers }: RawAnswer): { readonly etag: string | null; readonly lastModified: string | null } {
  return { etag: firstValue(headers['etag']), lastModified: firstValue(headers['last-modified']) };
}

function elapsedMs(trip: Trip): number {
  return Math.round(performance.now() - trip.startedAtMs);
}
