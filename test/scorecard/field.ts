/** What one test of the scorecard works with: its own names on the adversary, and the house that is asked to read them. */
import assert from 'node:assert/strict';
import { explainSource, listPageRows, listSourceRows, type SourceRow } from '#src/io/db/sources.ts';
import type { ScorecardClock } from './clock.ts';
import type { ScorecardHouse, Watch } from './house.ts';
import type { Answering, LoggedRequest, Site } from './site.ts';

/** The ground of one test. Letters are hosts: `a` is `a.p1.test` in test P1. */
export type Field = {
  readonly house: ScorecardHouse;
  readonly site: Site;
  readonly clock: ScorecardClock;
  /** Lets a host answer. */
  answer(letter: string, answering: Answering): void;
  /** The address of a path at a host. */
  url(path: string, letter?: string): string;
  /** What was asked at a host, without robots.txt unless it is the path asked for, oldest first. */
  seen(letter?: string, path?: string): readonly LoggedRequest[];
  /** Watches feeds by their paths at host `a`, with the ledger's own spacing. */
  feeds(...paths: readonly string[]): Promise<void>;
  watch(watch: Watch): Promise<void>;
  /** Runs what is due, then lets hours pass. */
  hours(count: number): Promise<void>;
  /** How a source or watched page is shown. */
  row(url: string): Promise<SourceRow>;
};

/** Letters that a test may use. */
export const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;

/** The host names of a test, one for each letter. */
export function namesOf(id: string): readonly string[] {
  return letters.map((letter) => `${letter}.${id.toLowerCase()}.test`);
}

/** The ground of the test `id`. */
export function makeField(
  id: string,
  ground: { readonly house: ScorecardHouse; readonly site: Site; readonly clock: ScorecardClock },
): Field {
  const { house, site } = ground;
  const name = (letter: string) => `${letter}.${id.toLowerCase()}.test`;
  const url = (path: string, letter = 'a') => `http://${name(letter)}:${site.port}${path}`;
  return {
    ...ground,
    url,
    answer: (letter, answering) => site.answer(name(letter), answering),
    seen: (letter = 'a', path) =>
      site.log.filter(
        (request) =>
          request.host === `${name(letter)}:${site.port}` &&
          (path === undefined ? request.path !== '/robots.txt' : request.path === path),
      ),
    watch: (watch) => house.watch(watch),
    feeds: (...paths) => house.watch({ sources: paths.map((path) => ({ url: url(path) })) }),
    hours: (count) => house.pass({ minutes: Math.round(count * 60) }),
    row: async (address) => {
      const { db, now } = house.deps;
      const rows = [...(await listSourceRows(db, now())), ...(await listPageRows(db, now()))];
      const row = rows.find((each) => each.url === address);
      assert.ok(row, `nothing is shown for ${address}`);
      const why = await explainSource(db, { id: row.id, now: now() });
      assert.ok(why, `"sources why" knows nothing of ${address}`);
      return why.source;
    },
  };
}

/** The waits between requests, in hours. */
export function gapHours(requests: readonly LoggedRequest[]): readonly number[] {
  return requests.slice(1).map((request, index) => (request.atMs - (requests[index]?.atMs ?? 0)) / 3_600_000);
}

/** The validators that a request carries: If-None-Match, If-Modified-Since; null where it carries none. */
export function validatorsOf(request: LoggedRequest | undefined): readonly (string | null)[] {
  assert.ok(request, 'a request that had to come did not come');
  return [request.headers['if-none-match'] ?? null, request.headers['if-modified-since'] ?? null];
}

/** Fails unless a number lies in a range, both ends included. */
export function within(value: number | undefined, [least, most]: readonly [number, number], what: string): void {
  assert.ok(value !== undefined && value >= least && value <= most, `${what}: ${value}, wanted ${least} to ${most}`);
}

/** Waits that double from the first to the longest; ten minutes of jitter and the minute to the next tick may be added to each. */
export function assertDoubling(hours: readonly number[], wanted: readonly number[], what: string): void {
  for (const [at, least] of wanted.entries()) within(hours[at], [least, least + 0.19], `${what}, wait ${at + 1}`);
}
