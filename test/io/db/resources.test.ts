import { expect, test } from 'vitest';
import { blockHost, bookTurns, getRobots, releaseHost, saveRobots, takeHost } from '#src/io/db/hosts.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import {
  askAll,
  askOne,
  countAsked,
  countDue,
  type DueResource,
  listDueHosts,
  listDueResources,
  upsertResources,
} from '#src/io/db/resources.ts';
import type { Db } from '#src/io/db/store.ts';
import { saveVisits, type VisitRecord } from '#src/io/db/visits.ts';
import { askForCited } from '#src/io/db/watched-pages.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const now = Temporal.Instant.from('2025-02-03T09:00:00Z');
const feed = 'https://post.example/feed';
const page = 'https://water.example/statement';
/** Hosts are named with their port. */
const post = 'post.example:443';
const water = 'water.example:443';

/** A store with the small ledger in it: one feed and one watched page, both due. */
async function fill(db: Db): Promise<Db> {
  await storeLedger(db, makeLedger(), now);
  return db;
}

async function listDue(db: Db, host: string, at: Temporal.Instant = now): Promise<readonly DueResource[]> {
  return await listDueResources(db, { host, now: at, limit: 10 });
}

/** What a visit at `at` leaves behind, due again an hour later. */
function visited(resource: DueResource, at: Temporal.Instant, rest: Partial<VisitRecord> = {}): VisitRecord {
  return {
    state: { ...resource.state, lastFetchedAt: at, nextDueAt: at.add({ hours: 1 }), dueRule: 'pace', etag: '"1"' },
    ongoing: { nextDueAt: at.add({ hours: 1 }), dueRule: 'pace' },
    startedAt: at,
    durationMs: 20,
    outcome: 'fresh',
    reason: null,
    status: 200,
    words: null,
    isConditional: false,
    byteCount: 10,
    finalUrl: resource.url,
    bodyHash: 'abc',
    parseFailureCount: 0,
    setAsideAt: null,
    movedTo: null,
    ...rest,
  };
}

/** Writes one visit; false when another was faster. */
async function save(db: Db, resource: DueResource, record: VisitRecord): Promise<boolean> {
  return (await saveVisits(db, [{ resource, record }])).has(resource.id);
}

describeOnBothStores('resources', (open) => {
  test('a page that is cited in another form than the one we know is no new address', async () => {
    const { db } = await open();
    const known = ['https://a.example/x/', 'http://www.b.example/y', 'https://c.example/z'];
    await upsertResources(db, known, { dueAt: now, now });
    const cited = [
      'https://a.example/x',
      'https://b.example/y/?utm_source=a',
      'https://c.example/z',
      // Other documents: another path, another query, another host.
      'https://a.example/x/2',
      'https://c.example/z?id=2',
      'https://m.c.example/z',
    ];
    const pages = cited.map((url) => ({ url, targetKey: url, isQuoted: true }));
    await db.transaction().execute(async (tx) => {
      const limits = { depth: 1, perHostMax: 10, perDayMax: 10, now };
      await askForCited(tx, { versionId: 1, pages }, limits);
    });
    const rows = await db.selectFrom('resources').select(['url', 'citation_depth']).orderBy('url').execute();
    expect(rows.filter(({ citation_depth: depth }) => depth === 0).map(({ url }) => url)).toEqual(known.toSorted());
    expect(rows.filter(({ citation_depth: depth }) => depth === 1).map(({ url }) => url)).toEqual(
      cited.slice(3).toSorted(),
    );
    const watched = await db
      .selectFrom('pages')
      .innerJoin('resources', 'resources.id', 'pages.resource_id')
      .select('resources.url')
      .execute();
    expect(watched.map(({ url }) => url).toSorted()).toEqual([...known, ...cited.slice(3)].toSorted());
  });

  test('an address has one row, whatever its spelling, and keeps its first due time', async () => {
    const { db } = await open();
    const urls = ['https://a.example/x', 'https://A.example/x#part', 'https://b.example/'];
    const first = await upsertResources(db, urls, { dueAt: now, now });
    expect([...first.keys()]).toEqual(urls);
    expect(first.get('https://a.example/x')).toBe(first.get('https://A.example/x#part'));
    const again = await upsertResources(db, [...urls, 'https://c.example/'], { dueAt: now.add({ hours: 9 }), now });
    expect(again.get('https://b.example/')).toBe(first.get('https://b.example/'));
    expect(await countDue(db, now)).toBe(2);
    expect(await countDue(db, now.add({ hours: 9 }))).toBe(3);
  });

  test('a host is visited by one process until its lease is over', async () => {
    const db = await fill((await open()).db);
    const host = post;
    expect(await takeHost(db, { host, owner: 'one', now })).toBe(true);
    expect(await takeHost(db, { host, owner: 'two', now })).toBe(false);
    expect(await takeHost(db, { host, owner: 'one', now })).toBe(true);
    expect(await takeHost(db, { host, owner: 'two', now: now.add({ seconds: 59 }) })).toBe(false);
    expect(await takeHost(db, { host, owner: 'two', now: now.add({ seconds: 61 }) })).toBe(true);
    await releaseHost(db, { host, owner: 'one' });
    expect(await takeHost(db, { host, owner: 'three', now: now.add({ seconds: 62 }) })).toBe(false);
    await releaseHost(db, { host, owner: 'two' });
    expect(await takeHost(db, { host, owner: 'three', now: now.add({ seconds: 62 }) })).toBe(true);
  });

  test('turns at a host are booked one after the other, and only by the one who has it', async () => {
    const db = await fill((await open()).db);
    const wish = { host: post, owner: 'one', now, count: 1, waitMsMax: 5_000, spacingMs: 2_000 };
    const inSeconds = (...seconds: readonly number[]) => seconds.map((second) => now.add({ seconds: second }));
    await takeHost(db, wish);
    expect(await bookTurns(db, { ...wish, count: 2 })).toEqual(inSeconds(0, 2));
    expect(await bookTurns(db, { ...wish, owner: null, count: 3 })).toEqual(inSeconds(4));
    expect(await bookTurns(db, wish)).toEqual([]);
    const later = now.add({ minutes: 5 });
    expect(await bookTurns(db, { ...wish, now: later, owner: 'two' })).toEqual([]);
    expect(await takeHost(db, { host: wish.host, owner: 'two', now: later })).toBe(true);
    expect(await bookTurns(db, { ...wish, now: later })).toEqual([]);
    expect(await bookTurns(db, { ...wish, now: later, owner: 'two' })).toEqual([later]);
  });

  test('a host that asked for silence has nothing due until then, and a shorter silence changes nothing', async () => {
    const db = await fill((await open()).db);
    const until = now.add({ hours: 2 });
    await blockHost(db, post, until);
    await blockHost(db, post, now.add({ minutes: 1 }));
    expect(await listDueHosts(db, now)).toEqual([water]);
    expect([...(await listDueHosts(db, until))].sort()).toEqual([post, water]);
  });

  test('what a host said in robots.txt is kept until it is asked again', async () => {
    const db = await fill((await open()).db);
    expect(await getRobots(db, post)).toBeNull();
    const record = { state: 'rules', text: 'User-agent: *', dueAt: now.add({ hours: 24 }), failureCount: 0 } as const;
    await saveRobots(db, { ...record, host: post, now, crawlDelayMs: 3_000 });
    expect(await getRobots(db, post)).toEqual(record);
  });

  test('a visit is written once: who read the row before another wrote it writes nothing', async () => {
    const db = await fill((await open()).db);
    const [resource] = await listDue(db, post);
    if (resource === undefined) throw new Error('nothing due');
    const later = now.add({ seconds: 30 });
    expect(await save(db, resource, visited(resource, now))).toBe(true);
    expect(await save(db, resource, visited(resource, later))).toBe(false);
    expect(await db.selectFrom('fetches').select('started_at').execute()).toEqual([{ started_at: now }]);
    expect(await listDue(db, post)).toEqual([]);
    const [next] = await listDue(db, post, now.add({ hours: 1 }));
    expect(next?.state).toMatchObject({ etag: '"1"', lastFetchedAt: now });
    if (next !== undefined) expect(await save(db, next, visited(next, now.add({ hours: 1 })))).toBe(true);
  });

  test('visits are written together, each as it is, without the one that another process was faster with', async () => {
    const { db } = await open();
    const urls = [1, 2, 3].map((at) => `https://many.example/${at}`);
    await upsertResources(db, urls, { dueAt: now, now });
    const due = await listDue(db, 'many.example:443');
    const records = due.map((resource, at) => visited(resource, now.add({ seconds: at })));
    const [, second] = due;
    if (second === undefined) throw new Error('nothing due');
    await save(db, second, visited(second, now.add({ minutes: 1 })));
    const saved = await saveVisits(
      db,
      due.flatMap((resource, at) => {
        const record = records[at];
        return record === undefined ? [] : [{ resource, record }];
      }),
    );
    expect([...saved].sort()).toEqual([due[0]?.id, due[2]?.id]);
    const rows = await db.selectFrom('fetches').select(['resource_id', 'started_at']).orderBy('resource_id').execute();
    expect(rows.map(({ started_at: at }) => at.since(now).total('seconds'))).toEqual([0, 60, 2]);
  });

  test('a failing address remembers since when, and forgets it when it answers', async () => {
    const db = await fill((await open()).db);
    const failingSince: (Temporal.Instant | null)[] = [];
    for (const outcome of ['failed', 'failed', 'fresh'] as const) {
      const at = now.add({ hours: failingSince.length });
      const [resource] = await listDue(db, post, at);
      if (resource === undefined) throw new Error('nothing due');
      await save(db, resource, visited(resource, at, { outcome, words: 'It timed out.' }));
      const row = await db.selectFrom('resources').selectAll().where('id', '=', resource.id).executeTakeFirstOrThrow();
      expect(row.last_error).toBe(outcome === 'failed' ? 'It timed out.' : null);
      failingSince.push(row.failing_since);
    }
    expect(failingSince).toEqual([now, now, null]);
  });

  test('feeds come before pages, and what is paused, gone or set aside is not due', async () => {
    const { db } = await open();
    const own = 'https://post.example/about';
    await storeLedger(db, makeLedger({ pages: [{ url: own }] }), now);
    expect((await listDue(db, post)).map(({ url }) => url)).toEqual([feed, own]);
    await db.updateTable('sources').set({ paused_at: now }).execute();
    expect((await listDue(db, post)).map(({ url }) => url)).toEqual([own]);
    await db.updateTable('resources').set({ set_aside_at: now }).where('url', '=', own).execute();
    expect(await listDue(db, post)).toEqual([]);
  });

  test('asking all asks each source and watched page at most once a minute and heeds a wait', async () => {
    const db = await fill((await open()).db);
    await upsertResources(db, ['https://post.example/story'], { dueAt: now.add({ hours: 3 }), now });
    for (const host of [post, water]) {
      const [resource] = await listDue(db, host);
      if (resource === undefined) throw new Error('nothing due');
      const state = { ...visited(resource, now).state, dueRule: host === water ? 'retry-after' : 'pace' };
      await save(db, resource, visited(resource, now, { state }));
    }
    await askAll(db, now.add({ seconds: 10 }));
    expect(await countAsked(db, now)).toBe(1);
    expect(await listDueHosts(db, now.add({ seconds: 59 }))).toEqual([]);
    expect(await listDueHosts(db, now.add({ seconds: 60 }))).toEqual([post]);
  });

  test('asking one makes it due once its minute and its host allow, and tries again what was set aside', async () => {
    const db = await fill((await open()).db);
    const [resource] = await listDue(db, water);
    if (resource === undefined) throw new Error('nothing due');
    const record = visited(resource, now, { setAsideAt: now, parseFailureCount: 3 });
    await save(db, resource, record);
    expect((await askOne(db, page, now.add({ seconds: 20 })))?.dueAt).toEqual(now.add({ seconds: 60 }));
    expect((await listDue(db, water, now.add({ seconds: 60 })))[0]?.parseFailureCount).toBe(0);
    await blockHost(db, water, now.add({ hours: 2 }));
    expect((await askOne(db, page, now.add({ minutes: 5 })))?.dueAt).toEqual(now.add({ hours: 2 }));
    expect(await askOne(db, 'https://unknown.example/', now)).toBeNull();
  });
});
