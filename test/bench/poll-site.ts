/** The site of the poll bench, in a process of its own so that its work is not counted: feeds and pages behind a fixed latency. */
import { createServer } from 'node:http';
import { newsPage, rss } from '#test/scorecard/site.ts';

/** What the site is started with; the first `relevantCount` entries of each feed name a topic, so that their pages are read. */
export type PollSite = {
  readonly feedCount: number;
  readonly itemCount: number;
  readonly relevantCount: number;
  readonly latencyMs: number;
};

/** What it saw since it was asked last; times in milliseconds of its own clock, null when nothing of the kind came. */
export type PollLog = {
  readonly feedRequestCount: number;
  readonly pageRequestCount: number;
  readonly notModifiedCount: number;
  readonly firstFeedAt: number | null;
  readonly lastFeedAt: number | null;
  readonly lastPageAt: number | null;
};

const page = newsPage(
  'Riverton Water poisoned the lake, the Harbour Council said on Monday after two days of talks. '.repeat(20),
);
const feeds = new Map<string, string>();

function feedAt(path: string, { itemCount, relevantCount }: PollSite): string {
  const known = feeds.get(path);
  if (known !== undefined) return known;
  const items = Array.from({ length: itemCount }, (_, index) => {
    const subject = index < relevantCount ? 'Riverton Water and the lake' : 'Notes from the harbour';
    const summary = `The council spoke about entry ${index} for an hour. `.repeat(8);
    return `<item><title>${subject}, ${index} of ${path}</title><link>/entry${path}-${index}</link><guid>${path}-${index}</guid><pubDate>Mon, 27 Jan 2025 0${index % 10}:00:00 GMT</pubDate><description>${summary}</description></item>`;
  });
  const text = rss([], items.join(''));
  feeds.set(path, text);
  return text;
}

async function serve(site: PollSite): Promise<void> {
  const { latencyMs } = site;
  const empty: PollLog = {
    feedRequestCount: 0,
    pageRequestCount: 0,
    notModifiedCount: 0,
    firstFeedAt: null,
    lastFeedAt: null,
    lastPageAt: null,
  };
  let log = empty;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const isFeed = path.startsWith('/feed');
    const isUnchanged = request.headers['if-none-match'] === '"e"';
    setTimeout(() => {
      const at = performance.now();
      log = isFeed
        ? {
            ...log,
            feedRequestCount: log.feedRequestCount + 1,
            notModifiedCount: log.notModifiedCount + (isUnchanged ? 1 : 0),
            firstFeedAt: log.firstFeedAt ?? at - latencyMs,
            lastFeedAt: at,
          }
        : { ...log, pageRequestCount: log.pageRequestCount + 1, lastPageAt: at };
      if (path === '/robots.txt') response.writeHead(404).end();
      else if (isUnchanged) response.writeHead(304, { etag: '"e"' }).end();
      else response.writeHead(200, { etag: '"e"' }).end(isFeed ? feedAt(path, site) : page);
    }, latencyMs);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
  });
  process.on('message', () => {
    process.send?.({ log });
    log = empty;
  });
  process.on('disconnect', () => process.exit(0));
}

if (import.meta.main) {
  const site: PollSite = JSON.parse(process.argv[2] ?? '');
  await serve(site);
}
