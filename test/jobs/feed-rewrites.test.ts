import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listChangedQuotes, listQuotes } from '#src/io/db/evidence.ts';
import { type ScorecardClock, startClock } from '#test/scorecard/clock.ts';
import { openScorecardHouse, type ScorecardHouse } from '#test/scorecard/house.ts';
import { newsPage, type Site, startSite } from '#test/scorecard/site.ts';
import { readLedgerRows } from '#test/support/compare-stores.ts';
import { type PostgresServer, startPostgres } from '#test/support/postgres.ts';
import { describeOnEachKind } from '#test/support/store.ts';

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');
const texts: Readonly<Record<string, string>> = {
  '/lake': 'Riverton Water poisoned the lake last spring. Fishermen left the harbour in the weeks that followed.',
  '/plant': 'Riverton Water said that the plant cost $5 million. The council had asked for the figure for a year.',
  '/filter': 'Riverton Water closed its oldest filter on Monday. The works behind the station stay open.',
};
const minute = (count: number) => `Mon, 27 Jan 2025 08:0${count}:00 GMT`;

/** An entry as the feed writes it; `guid` is a permalink where there is no link. */
type Entry = { readonly title: string; readonly link: string | null; readonly guid: string; readonly date: string };

function writeFeed(entries: readonly Entry[]): string {
  const items = entries.map(
    ({ title, link, guid, date }) =>
      `<item><title>${title}</title>${link === null ? '' : `<link>${link}</link>`}<guid isPermaLink="${link === null}">${guid}</guid><pubDate>${date}</pubDate></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour notes</title><link>/</link>${items.join('')}</channel></rss>`;
}

describeOnEachKind('a feed that writes its entries anew', (kind) => {
  let closing: AsyncDisposableStack;
  let server: PostgresServer | null = null;
  let databaseCount = 0;
  let clock: ScorecardClock;
  let site: Site;
  let house: ScorecardHouse;
  let origin: string;
  let served: readonly Entry[];
  /** Pages that answer an error. */
  let closed: Set<string>;
  beforeAll(async () => {
    server = kind === 'embedded' ? null : await startPostgres();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    closing = new AsyncDisposableStack();
    clock = startClock(start);
    site = closing.use(await startSite(() => clock.now().since(start).total('milliseconds')));
    databaseCount += 1;
    const databaseUrl = (await server?.createDatabase(`claimledger-entries-${process.pid}-${databaseCount}`)) ?? null;
    const allowPrivate = [`post.test:${site.port}`];
    house = closing.use(await openScorecardHouse({ clock, databaseUrl, allowPrivate, limits: {}, owner: 'test' }));
    origin = `http://post.test:${site.port}`;
    closed = new Set();
    site.answer('post.test', ({ path }) => {
      const text = texts[path];
      if (path === '/feed' || path === '/second-feed') return { body: writeFeed(served) };
      if (closed.has(path)) return { status: 503 };
      return text === undefined ? { status: 404 } : { body: newsPage(text) };
    });
  });
  afterEach(() => closing.disposeAsync());

  const entries = (): readonly [Entry, Entry] => [
    { title: 'Riverton Water and the lake', link: `${origin}/lake`, guid: 'post-1', date: minute(1) },
    { title: 'Riverton Water and its plant', link: null, guid: `${origin}/plant`, date: minute(2) },
  ];
  const read = async () => {
    const rows = await readLedgerRows(house.deps.db);
    return ['items', 'articles', 'versions', 'taggings', 'evidence'].map((table) => ({ table, rows: rows.get(table) }));
  };
  const count = async (table: 'items' | 'articles' | 'versions') =>
    (await house.deps.db.selectFrom(table).select('id').execute()).length;
  const visits = () => site.log.filter(({ path }) => path === '/feed').length;
  /** Serves these entries until the feed was read again. */
  const serve = async (next: readonly Entry[]): Promise<void> => {
    const before = visits();
    served = next;
    await house.pass({ hours: 30 });
    expect(visits(), 'the feed was read').toBeGreaterThan(before);
  };
  const begin = async (): Promise<void> => {
    served = entries();
    await house.watch({ sources: [{ url: `${origin}/feed` }] });
    await house.runDue();
    expect([await count('items'), await count('articles'), await count('versions')]).toEqual([2, 2, 2]);
  };

  test.each<readonly [string, (entries: readonly [Entry, Entry]) => readonly Entry[]]>([
    ['changed guids', ([lake, plant]) => [{ ...lake, guid: 'post-1-again' }, plant]],
    [
      'guids and links that went from http to https',
      ([lake, plant]) => [
        { ...lake, link: lake.link?.replace('http:', 'https:') ?? null },
        { ...plant, guid: plant.guid.replace('http:', 'https:') },
      ],
    ],
    [
      'equal dates',
      ([lake, plant]) => [
        { ...lake, date: minute(5) },
        { ...plant, date: minute(5) },
      ],
    ],
  ])('%s make no second entry, article or version', async (_, rewrite) => {
    await begin();
    const before = await read();
    await serve(rewrite(entries()));
    expect(await read()).toEqual(before);
  });

  test('an entry that leaves and returns is the one we had, and a new one is still seen', async () => {
    await begin();
    const before = await read();
    const [lake, plant] = entries();
    await serve([lake]);
    expect(await read(), 'what left the feed stays').toEqual(before);
    await serve([lake, plant]);
    expect(await read(), 'what returned is known').toEqual(before);
    await serve([
      lake,
      plant,
      { title: 'Riverton Water and its filter', link: `${origin}/filter`, guid: 'post-1', date: minute(1) },
    ]);
    expect([await count('items'), await count('articles'), await count('versions')]).toEqual([3, 3, 3]);
  });

  test('an entry that is listed twice later is the one we had', async () => {
    await begin();
    const before = await read();
    const [lake, plant] = entries();
    await serve([lake, plant, lake, { ...lake, guid: 'post-1-copy' }]);
    expect(await read()).toEqual(before);
  });

  const listReadings = async () =>
    await house.deps.db
      .selectFrom('versions')
      .select(['number', 'reason', 'text_from', 'seen_at'])
      .orderBy('number')
      .execute();

  test('an article known by its headline and then by its page is one article, and no edit', async () => {
    const [lake] = entries();
    closed.add('/lake');
    served = [{ ...lake, title: 'Riverton Water poisoned the lake' }];
    await house.watch({ sources: [{ url: `${origin}/feed` }, { url: `${origin}/second-feed`, name: 'Second' }] });
    await house.runDue();
    expect((await listReadings()).map((row) => [row.number, row.reason, row.text_from])).toEqual([
      [1, 'page', 'headline'],
    ]);
    closed.clear();
    await house.pass({ hours: 30 });
    const readings = await listReadings();
    expect(readings.map((row) => [row.number, row.reason, row.text_from])).toEqual([
      [1, 'page', 'headline'],
      [2, 'reader', 'page'],
    ]);
    expect([await count('items'), await count('articles')]).toEqual([2, 1]);
    // Nothing is told as changed, and what the headline said is no new evidence when the page says it too.
    expect(await house.deps.db.selectFrom('quote_states').selectAll().execute()).toEqual([]);
    const window = { from: readings[1]?.seen_at ?? null, until: clock.now().add({ hours: 1 }), claims: null };
    expect(await listChangedQuotes(house.deps.db, window)).toEqual([]);
    expect(await listQuotes(house.deps.db, { ...window, limit: 9 })).toEqual([]);
    expect(await listQuotes(house.deps.db, { ...window, from: null, limit: 9 })).toHaveLength(1);
  });

  test('what two entries say of one page that cannot be read is one reading', async () => {
    const [lake] = entries();
    closed.add('/lake');
    served = [lake, { ...lake, title: 'Riverton Water: what we know', guid: 'post-2' }];
    await house.watch({ sources: [{ url: `${origin}/feed` }] });
    await house.runDue();
    expect([await count('items'), await count('articles')]).toEqual([2, 1]);
    expect((await listReadings()).map((row) => [row.number, row.text_from])).toEqual([[1, 'headline']]);
  });

  test('a listed page that is there only now and the entry that leads to it are one reading', async () => {
    const [lake, plant] = entries();
    closed.add('/lake');
    served = [plant];
    await house.watch({ sources: [{ url: `${origin}/feed` }], pages: [{ url: `${origin}/lake` }] });
    await house.runDue();
    expect([await count('items'), await count('articles')]).toEqual([1, 1]);
    closed.clear();
    served = [lake, plant];
    await house.deps.db
      .updateTable('resources')
      .set({ next_due_at: clock.now().add({ hours: 2 }) })
      .execute();
    clock.set(clock.now().add({ hours: 2 }));
    await house.runDue();
    expect([await count('items'), await count('articles'), await count('versions')]).toEqual([2, 2, 2]);
  });
});
