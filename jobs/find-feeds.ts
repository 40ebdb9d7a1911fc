/** Finds the feeds behind an address that a person named: the address itself, what its page names, or known places. */
import { type FeedCandidate, guessFeedUrls, knownFeedUrl } from '#src/core/feed/address.ts';
import { explainTrouble, type Fresh } from '#src/core/fetch/outcome.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { documentUrl, hostKey } from '#src/core/url.ts';
import { addHost } from '#src/io/db/hosts.ts';
import type { Deps } from '#src/io/deps.ts';
import { openTurns, pauseForReal, withTurn } from './take-turn.ts';

/** A feed that was read: its own title and how many entries it has now. */
export type FoundFeed = { readonly url: string; readonly title: string | null; readonly itemCount: number };

/** The feeds that can be read, best first, addresses that were named but not looked at, and what went wrong in words. */
export type FoundFeeds = {
  readonly feeds: readonly FoundFeed[];
  readonly others: readonly FeedCandidate[];
  readonly problems: readonly string[];
};

/** Named feeds that are looked at; a newspaper names one for each of its sections. */
const lookedAtMax = 3;

/**
 * Asks the address, as its operator would, and whatever it leads to. `isGuessing` also tries the usual places of a site whose page
 * names no feed, which costs up to a dozen requests.
 */
export async function findFeeds(
  url: string,
  { isGuessing }: { readonly isGuessing: boolean },
  deps: Deps,
): Promise<FoundFeeds> {
  const known = knownFeedUrl(url);
  if (known !== null) return await lookAt([{ url: known, title: null }], { deps, feedCountMax: 1 });
  const answer = await ask(url, deps);
  if ('words' in answer) return { feeds: [], others: [], problems: [`${url}: ${answer.words}`] };
  const feed = await readFeed(url, answer, deps);
  if (feed !== null) return { feeds: [feed], others: [], problems: [] };
  const named = await readLinks(answer, deps);
  if (named.length > 0 || !isGuessing) {
    const found = await lookAt(named.slice(0, lookedAtMax), { deps, feedCountMax: lookedAtMax });
    return { ...found, others: named.slice(lookedAtMax) };
  }
  const guesses = guessFeedUrls(answer.finalUrl).map((guess) => ({ url: guess, title: null }));
  const { feeds } = await lookAt(guesses, { deps, feedCountMax: 1 });
  return { feeds, others: [], problems: [] };
}

/** Reads candidates one after the other until enough of them are feeds. */
async function lookAt(
  candidates: readonly FeedCandidate[],
  { deps, feedCountMax }: { readonly deps: Deps; readonly feedCountMax: number },
): Promise<FoundFeeds> {
  const feeds: FoundFeed[] = [];
  const problems: string[] = [];
  for (const { url, title } of candidates) {
    if (feeds.length >= feedCountMax) break;
    const answer = await ask(url, deps);
    const feed = 'words' in answer ? null : await readFeed(url, answer, deps);
    if (feed !== null) feeds.push({ ...feed, title: feed.title ?? title });
    else problems.push(`${url}: ${'words' in answer ? answer.words : 'This is not a feed.'}`);
  }
  return { feeds, others: [], problems };
}

async function ask(url: string, deps: Deps): Promise<Fresh | { readonly words: string }> {
  const host = hostKey(url);
  await addHost(deps.db, host);
  const request = { url, kind: 'feed', etag: null, lastModified: null } as const;
  const takeTurn = openTurns({ host, owner: null, pause: pauseForReal }, deps);
  const outcome = await withTurn(takeTurn, deps, (signal) => deps.http.fetch(request, signal));
  if (outcome === null) return { words: 'The site asked us to wait. We wait.' };
  if (outcome.kind === 'fresh') return outcome;
  if (outcome.kind === 'gone' || outcome.kind === 'unmodified') return { words: 'The address is gone (410).' };
  return { words: explainTrouble({ status: null, ...outcome }) };
}

/** The feeds that a page names; none for a page that reaches the parser's limits. */
async function readLinks(answer: Fresh, deps: Deps): Promise<readonly FeedCandidate[]> {
  const contentType = answer.headers['content-type'] ?? null;
  return await unlessUnreadable(deps.pool.findFeedLinks({ bytes: answer.body, contentType, url: answer.finalUrl }), []);
}

async function readFeed(url: string, answer: Fresh, deps: Deps): Promise<FoundFeed | null> {
  const reading = deps.pool.parseFeed({ bytes: answer.body, headers: answer.headers, url: answer.finalUrl });
  const feed = await unlessUnreadable(reading, null);
  return feed?.kind === 'feed' ? { url: documentUrl(url), title: feed.title, itemCount: feed.items.length } : null;
}

async function unlessUnreadable<Value, Otherwise>(
  reading: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'parse-failed') return otherwise;
    throw error;
  }
}
