/** The one door out: every request of the service, robots.txt and redirect hops included, is sent from here. */
import { Agent, request as send } from 'undici';
import type { FetchKind, FetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome, RefusedReason } from '#src/core/fetch/outcome.ts';
import type { PostOutcome } from '#src/core/output/webhook.ts';
import { documentUrl } from '#src/core/url.ts';
import { discardBody, readOutcome, type Trip, troubledOutcome } from '#src/io/http/answer.ts';
import { buildGuardedConnector, type Resolve, resolveBySystem } from '#src/io/http/guarded-connector.ts';
import { admitUrl, isRedirect, nextHop, withoutCredentials } from '#src/io/http/hop.ts';
import { readTrouble, refused, type Trouble } from '#src/io/http/trouble.ts';
import { type Metrics, noMetrics } from '#src/io/metrics.ts';

/**
 * How the door is opened: `allowPrivate` lists `host:port` that may be private or on an unusual port; `resolve` is for
 * tests.
 */
export type DoorOptions = {
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly allowPrivate: readonly string[];
  readonly resolve?: Resolve;
  readonly metrics?: Metrics;
};

/**
 * One document to ask for. The validators are sent only to `validatorsUrl`, the address that gave them (left out or
 * null: `url`). `admitHop` may refuse a redirect's target before it is asked; the time it takes counts against the
 * deadline.
 */
export type FetchRequest = {
  readonly url: string;
  readonly kind: FetchKind;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly validatorsUrl?: string | null;
  readonly admitHop?: (url: string) => Promise<RefusedReason | null>;
};

/** A message of ours to somebody who asked for it. */
export type PostRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Sends requests. Closing it breaks off those under way, which then end as `stopped`. */
export type HttpDoor = AsyncDisposable & {
  /** Asks for one document and follows its redirects; never throws for what a remote site does. */
  readonly fetch: (request: FetchRequest, signal?: AbortSignal) => Promise<FetchOutcome>;
  /** Posts a message under the same rules and follows no redirect; never throws for what the other side does. */
  readonly post: (request: PostRequest, signal?: AbortSignal) => Promise<PostOutcome>;
  /** Asks for an address to say that we live, under the same rules as a message; what it answers is not read. */
  readonly ping: (url: string, signal?: AbortSignal) => Promise<PostOutcome>;
};

const likelyFeed = 'application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8';
const likelyTimed = 'text/xml;q=0.9, application/json;q=0.9, text/plain;q=0.8';
const acceptByKind: Readonly<Record<FetchKind, string>> = {
  feed: `application/atom+xml, application/rss+xml, application/feed+json, ${likelyFeed}, */*;q=0.1`,
  page: 'text/html, application/xhtml+xml, */*;q=0.1',
  captions: `text/vtt, application/x-subrip, application/ttml+xml, ${likelyTimed}, */*;q=0.1`,
  robots: 'text/plain, */*;q=0.1',
};
/** Spacing keeps hosts to one connection; this bounds a ledger that sets the spacing of a host to nothing. */
const connectionsPerOriginMax = 64;

type Door = {
  readonly agent: Agent;
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly allowPrivate: ReadonlySet<string>;
};

/** Opens the door; close it with `await using`. Proxies named in the environment are not used. */
export function openDoor(options: DoorOptions): HttpDoor {
  const { limits, userAgent, resolve = resolveBySystem, metrics = noMetrics } = options;
  const allowPrivate = new Set(options.allowPrivate);
  const agent = new Agent({
    connect: buildGuardedConnector({ allowPrivate, resolve, connectMs: limits.connectMs }),
    connections: connectionsPerOriginMax,
    allowH2: false,
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.exchangeMs,
    // Bytes on the wire: packed emptiness could be sent without end.
    maxResponseSize: Math.max(...Object.values(limits.bodyBytesMax)),
  });
  const door: Door = { agent, userAgent, limits, allowPrivate };
  return {
    fetch: async (request, signal) => {
      const outcome = await fetchThrough(door, request, signal);
      metrics.fetched(request.kind, outcome);
      return outcome;
    },
    post: (request, signal) => tellThrough(door, { ...request, method: 'POST' }, signal),
    ping: (url, signal) => tellThrough(door, { url, headers: {}, body: null, method: 'GET' }, signal),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function fetchThrough(door: Door, request: FetchRequest, stop: AbortSignal | undefined): Promise<FetchOutcome> {
  const trip: Trip = {
    url: withoutCredentials(request.url),
    redirects: [],
    phase: 'head',
    status: null,
    startedAtMs: performance.now(),
  };
  const deadline = AbortSignal.timeout(door.limits.exchangeMs);
  const signal = stop === undefined ? deadline : AbortSignal.any([deadline, stop]);
  try {
    return await travel(door, request, { trip, signal });
  } catch (error) {
    const late: Trouble = { kind: 'failed', reason: 'timeout', detail: `${door.limits.exchangeMs / 1_000} s` };
    const stopped: Trouble = { kind: 'failed', reason: 'stopped', detail: null };
    const interruption = stop?.aborted ? stopped : deadline.aborted ? late : null;
    return troubledOutcome(trip, interruption ?? readTrouble(error, trip.phase));
  }
}

type Telling = Omit<PostRequest, 'body'> & { readonly body: string | null; readonly method: 'GET' | 'POST' };

async function tellThrough(door: Door, request: Telling, stop: AbortSignal | undefined): Promise<PostOutcome> {
  const deadline = AbortSignal.timeout(door.limits.exchangeMs);
  try {
    const response = await send(admitUrl(request.url, door), {
      dispatcher: door.agent,
      method: request.method,
      headers: { 'user-agent': door.userAgent, ...request.headers },
      body: request.body,
      signal: stop === undefined ? deadline : AbortSignal.any([deadline, stop]),
    });
    discardBody(response);
    return { status: response.statusCode, words: `answered ${response.statusCode}` };
  } catch (error) {
    const { reason, detail } = readTrouble(error, 'head');
    return { status: null, words: detail === null ? String(reason) : `${reason}: ${detail}` };
  }
}

type Journey = { readonly trip: Trip; readonly signal: AbortSignal };

async function travel(door: Door, request: FetchRequest, { trip, signal }: Journey): Promise<FetchOutcome> {
  trip.url = admitUrl(request.url, door);
  for (;;) {
    const conditions = conditionalHeaders(request, trip.url);
    const requestHeaders = {
      'user-agent': door.userAgent,
      accept: acceptByKind[request.kind],
      'accept-encoding': 'gzip, br, deflate',
      ...conditions,
    };
    const response = await send(trip.url, {
      dispatcher: door.agent,
      method: 'GET',
      headers: requestHeaders,
      signal,
    });
    trip.status = response.statusCode;
    if (!isRedirect(response)) {
      const isConditional = Object.keys(conditions).length > 0;
      return readOutcome(response, {
        trip,
        isConditional,
        requestHeaders,
        kind: request.kind,
        limits: door.limits,
      });
    }
    discardBody(response);
    const next = nextHop(response, trip, door);
    trip.redirects = [...trip.redirects, { from: trip.url, to: next, status: response.statusCode }];
    trip.url = next;
    trip.status = null;
    const refusal = (await request.admitHop?.(next)) ?? null;
    if (refusal !== null) throw refused(refusal, null);
    signal.throwIfAborted();
  }
}

/**
 * Validators go back byte for byte, and to nobody but the address that gave them: elsewhere they mean nothing, or
 * another thing.
 */
function conditionalHeaders(request: FetchRequest, url: string): Readonly<Record<string, string>> {
  if (documentUrl(request.validatorsUrl ?? request.url) !== url) return {};
  return {
    ...(isSendable(request.etag) ? { 'if-none-match': request.etag } : {}),
    ...(isSendable(request.lastModified) ? { 'if-modified-since': request.lastModified } : {}),
  };
}

/** An empty value, or a character that no header may hold, would make every later request fail. */
function isSendable(value: string | null): value is string {
  return value !== null && /^[\t\x20-\x7e\x80-\xff]+$/.test(value);
}
