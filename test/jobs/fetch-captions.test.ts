import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ownTextOf } from '#src/core/caption/part.ts';
import { findArticle } from '#src/io/db/article-reads.ts';
import { listQuotes } from '#src/io/db/evidence.ts';
import { type ScorecardClock, startClock } from '#test/scorecard/clock.ts';
import { openScorecardHouse, type ScorecardHouse } from '#test/scorecard/house.ts';
import { type Site, startSite } from '#test/scorecard/site.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { describeOnEachKind, emptyTables } from '#test/support/store.ts';
import { entityBomb, videoPage, watchPage, webVtt } from '#test/support/video-site.ts';

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');
const channel = 'www.youtube.com';
const description = 'Riverton Water answers the questions of the town about the lake and its plant.';
const said = webVtt([
  { second: 1, words: 'Thank you all for coming' },
  { second: 3, words: 'to the hall tonight.' },
  { second: 123, words: 'Riverton Water spent $5 million on its plant,' },
  { second: 125, words: 'the mayor Ada Brandt said.' },
]);

describeOnEachKind('fetchCaptions', (kind) => {
  let closing: AsyncDisposableStack;
  let clock: ScorecardClock;
  let site: Site;
  let house: ScorecardHouse;
  /** What each path answers, and what its robots.txt forbids. */
  let answers: Map<string, { readonly body: string | Buffer; readonly type: string; readonly status?: number }>;
  let forbidden: string;
  /** How much of the site's log belongs to earlier tests. */
  let loggedBefore = 0;

  beforeAll(async () => {
    closing = new AsyncDisposableStack();
    clock = startClock(start);
    site = closing.use(await startSite(() => clock.now().since(start).total('milliseconds')));
    for (const name of [channel, 'video.test', 'cdn.test']) site.answer(name, ({ path }) => answer(name, path));
    const allowPrivate = [channel, 'video.test', 'cdn.test'].map((name) => `${name}:${site.port}`);
    const server = kind === 'server' ? closing.use(await startPostgres()) : null;
    const databaseUrl = server === null ? null : await server.createDatabase(`captions-${process.pid}`);
    house = closing.use(await openScorecardHouse({ clock, databaseUrl, allowPrivate, limits: {}, owner: 'captions' }));
  });
  afterAll(() => closing.disposeAsync());
  beforeEach(async () => {
    await emptyTables(house.deps.db);
    answers = new Map();
    forbidden = '/api/';
    loggedBefore = site.log.length;
  });

  function answer(name: string, path: string) {
    if (path === '/robots.txt') return { body: `User-agent: *\nDisallow: ${forbidden}\n` };
    const known = answers.get(`${name}${path}`);
    if (known === undefined) return { status: 404 };
    return { status: known.status ?? 200, headers: { 'content-type': known.type }, body: known.body };
  }
  const url = (name: string, path: string): string => `http://${name}:${site.port}${path}`;
  const logged = () => site.log.slice(loggedBefore);
  const asked = (path: string): number => logged().filter((request) => request.path === path).length;
  const article = async () => {
    const row = await house.deps.db.selectFrom('articles').select('id').executeTakeFirstOrThrow();
    const page = await findArticle(house.deps.db, row.id);
    if (page === null) throw new Error('the article is not kept');
    return page;
  };
  const quotes = () => listQuotes(house.deps.db, { from: null, until: null, claims: null, limit: 50 });
  const sound = async (): Promise<void> => {
    expect(await listBrokenPromises(house.deps.db, clock.now().add({ hours: 1 }))).toEqual([]);
  };
  /** Watches one page, and looks at it and what it leads to. */
  const watch = async (name: string, path: string): Promise<void> => {
    await house.watch({ pages: [{ url: url(name, path) }] });
    await house.runDue();
  };
  const offer = (src: string, body: string | Buffer, type = 'text/vtt'): void => {
    const page = videoPage({ title: 'A talk at the hall', description, tracks: [{ src, lang: 'en' }] });
    answers.set('video.test/talk', { body: page, type: 'text/html' });
    answers.set(`video.test${src}`, { body, type });
  };

  test('puts what is said behind the description, and a quote of it leads to its second', async () => {
    const track = { baseUrl: '/talk/words?v=1&kind=asr', languageCode: 'en', kind: 'asr' } as const;
    const page = watchPage({ title: 'A talk at the hall', description, tracks: [track] });
    answers.set(`${channel}/watch?v=1`, { body: page, type: 'text/html' });
    answers.set(`${channel}/talk/words?v=1&kind=asr`, { body: said, type: 'text/vtt' });
    await watch(channel, '/watch?v=1');
    const found = await article();
    expect(found.text).toBe(
      `${description}\n\nThank you all for coming to the hall tonight.\n\nRiverton Water spent $5 million on its plant, the mayor Ada Brandt said.`,
    );
    expect(found.captions).toMatchObject({ kind: 'automatic', lang: 'en', place: { start: description.length + 2 } });
    expect(found.versions.map(({ reason, captions }) => [reason, captions])).toEqual([
      ['reader', 'automatic'],
      ['page', null],
    ]);
    const [tagging] = found.taggings;
    expect(tagging).toMatchObject({
      claim: 'cost',
      evidence: [{ spoken: { kind: 'automatic', second: 123, lang: 'en' } }],
    });
    expect(await quotes()).toMatchObject([{ claim: 'cost', spoken: { kind: 'automatic', second: 123 } }]);
    // The rest of the article belongs to the page: a quote of its description is said by nobody.
    expect(
      found.taggings.flatMap(({ evidence }) => evidence).filter(({ start: at }) => at < description.length),
    ).toEqual([]);
    await sound();
  });

  test('asks once, takes its turn, and says what it can read', async () => {
    offer('/talk.vtt', said);
    await watch('video.test', '/talk');
    await house.pass({ hours: 24 * 20 });
    expect(asked('/talk')).toBeGreaterThan(2);
    expect(asked('/talk.vtt')).toBe(1);
    const request = logged().find(({ path }) => path === '/talk.vtt');
    expect(request?.headers).toMatchObject({ accept: expect.stringContaining('text/vtt') });
    const times = logged()
      .slice(0, 3)
      .map(({ atMs }) => atMs);
    expect(times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= 2_000)).toBe(true);
    expect((await article()).versions).toHaveLength(2);
  });

  test('an edited description makes one version, an edit, with the captions behind it and no quote of theirs changed', async () => {
    offer('/talk.vtt', said);
    await watch('video.test', '/talk');
    const before = await article();
    const longer = `${description} The hall was full, and the talk is shown here whole.`;
    const page = videoPage({
      title: 'A talk at the hall',
      description: longer,
      tracks: [{ src: '/talk.vtt', lang: 'en' }],
    });
    answers.set('video.test/talk', { body: page, type: 'text/html' });
    await house.pass({ hours: 24 * 8 });
    const after = await article();
    expect(after.versions.map(({ reason }) => reason)).toEqual(['page', 'reader', 'page']);
    expect(ownTextOf(after.text, after.captions?.place ?? null)).toBe(longer);
    expect(after.text.slice(after.captions?.place?.start)).toBe(before.text.slice(before.captions?.place?.start));
    expect(after.taggings[0]?.evidence[0]?.spoken).toMatchObject({ second: 123 });
    const states = await house.deps.db.selectFrom('quote_states').select('state').execute();
    expect(states.filter(({ state }) => state !== 'moved')).toEqual([]);
    await sound();
  });

  test('the words of people follow those of a machine, and take no quote away', async () => {
    const tracks = [{ baseUrl: '/asr', languageCode: 'en', kind: 'asr' } as const];
    const page = (all: Parameters<typeof watchPage>[0]['tracks']): string =>
      watchPage({ title: 'A talk at the hall', description, tracks: all });
    answers.set(`${channel}/watch?v=1`, { body: page(tracks), type: 'text/html' });
    answers.set(`${channel}/asr`, { body: said, type: 'text/vtt' });
    await watch(channel, '/watch?v=1');
    answers.set(`${channel}/watch?v=1`, {
      body: page([...tracks, { baseUrl: '/en', languageCode: 'en' }]),
      type: 'text/html',
    });
    const other = webVtt([
      { second: 120, words: 'Riverton Water spent $5.2 million on the plant, said Mayor Brandt.' },
    ]);
    answers.set(`${channel}/en`, { body: other, type: 'text/vtt' });
    await house.pass({ hours: 24 * 8 });
    const found = await article();
    expect(found.versions.map(({ reason, captions }) => [reason, captions])).toEqual([
      ['reader', 'manual'],
      ['reader', 'automatic'],
      ['page', null],
    ]);
    expect(await house.deps.db.selectFrom('quote_states').selectAll().execute()).toEqual([]);
    expect(await quotes()).toMatchObject([{ spoken: { kind: 'manual', second: 120 } }]);
    await sound();
  });

  test.each([
    ['that robots.txt forbids', '/api/talk.vtt', said, 'text/vtt', /asks programs not to read/],
    ['that is empty', '/talk.vtt', 'WEBVTT\n\n', 'text/vtt', /have no words/],
    ['of no known form', '/talk.bin', 'Too many requests', 'text/plain', /a form that we cannot read/],
    ['that is a page', '/talk.vtt', '<!doctype html><title>Sign in</title>', 'text/html', /A page answered/],
    ['that is an entity bomb', '/talk.xml', entityBomb(), 'text/xml', null],
    ['of a million cues', '/talk.vtt', `WEBVTT\n\n${'0:01-->0:02\na\n\n'.repeat(340_000)}`, 'text/vtt', null],
    [
      'that is longer than we read',
      '/talk.vtt',
      `WEBVTT\n\n${'x'.repeat(6 * 1024 * 1024)}`,
      'text/vtt',
      /5 MB|too large|limit/,
    ],
  ] as const)('a track %s does no harm', async (_, src, body, type, words) => {
    offer(src, body, type);
    await watch('video.test', '/talk');
    const found = await article();
    expect(ownTextOf(found.text, found.captions?.place ?? null)).toBe(description);
    expect(found.taggings).toEqual([]);
    if (words !== null) {
      expect(found.versions).toHaveLength(1);
      expect(found.captions).toMatchObject({ place: null, words: expect.stringMatching(words) });
    }
    expect(found.text.length).toBeLessThan(700_000);
    const isForbidden = src.startsWith('/api/');
    expect(asked(src)).toBe(isForbidden ? 0 : 1);
    await house.pass({ hours: 24 * 10 });
    expect(asked(src)).toBeLessThan(isForbidden ? 1 : 20);
    await sound();
  });

  test('a refused track is read when the site allows it', async () => {
    offer('/api/talk.vtt', said);
    await watch('video.test', '/talk');
    expect((await article()).captions?.place).toBe(null);
    forbidden = '/nothing/';
    answers.set('video.test/talk', {
      body: videoPage({
        title: 'A talk at the hall',
        description: `${description} Captions are here.`,
        tracks: [{ src: '/api/talk.vtt', lang: 'en' }],
      }),
      type: 'text/html',
    });
    await house.pass({ hours: 24 * 9 });
    expect((await article()).captions?.place).not.toBe(null);
  });

  test('a track whose address is signed anew for each visit stays one address', async () => {
    let signature = 0;
    site.answer('video.test', ({ path }) => {
      if (path === '/robots.txt') return { body: 'User-agent: *\nDisallow: /api/\n' };
      signature += 1;
      const tracks = [{ src: `/api/talk.vtt?signature=${signature}`, lang: 'en' }];
      const page = videoPage({
        title: 'A talk at the hall',
        description: `${description} Seen ${signature} times.`,
        tracks,
      });
      return { headers: { 'content-type': 'text/html' }, body: page };
    });
    await watch('video.test', '/talk');
    await house.pass({ hours: 24 * 10 });
    site.answer('video.test', ({ path }) => answer('video.test', path));
    expect(asked('/talk')).toBeGreaterThan(3);
    const { url: address } = await house.deps.db
      .selectFrom('caption_tracks')
      .innerJoin('resources', 'resources.id', 'caption_tracks.resource_id')
      .select('resources.url')
      .executeTakeFirstOrThrow();
    expect(address).toBe(url('video.test', `/api/talk.vtt?signature=${signature}`));
    const addresses = await house.deps.db.selectFrom('resources').select('url').execute();
    expect(addresses).toHaveLength(2);
    await sound();
  });

  test('a page cannot steer visits to what we ask anyway', async () => {
    const page = videoPage({
      title: 'A talk at the hall',
      description,
      tracks: [{ src: url('cdn.test', '/other'), lang: 'en' }],
    });
    answers.set('video.test/talk', { body: page, type: 'text/html' });
    answers.set('cdn.test/other', {
      body: videoPage({ title: 'Riverton Water in court', description: `${description} Another day.`, tracks: [] }),
      type: 'text/html',
    });
    await house.watch({ pages: [{ url: url('cdn.test', '/other') }, { url: url('video.test', '/talk') }] });
    await house.runDue();
    expect(await house.deps.db.selectFrom('caption_tracks').selectAll().execute()).toEqual([]);
    const titles = await house.deps.db.selectFrom('articles').select('title').orderBy('title').execute();
    expect(titles.map(({ title }) => title)).toEqual(['A talk at the hall', 'Riverton Water in court']);
  });

  test('a track stays unread for a video that is about no topic', async () => {
    answers.set('video.test/talk', {
      body: videoPage({
        title: 'Ten walks',
        description: 'Where the birds are in autumn.',
        tracks: [{ src: '/talk.vtt', lang: 'en' }],
      }),
      type: 'text/html',
    });
    answers.set('video.test/talk.vtt', { body: said, type: 'text/vtt' });
    const feed = `<rss version="2.0"><channel><title>Walks</title><item><title>Ten walks</title><link>${url('video.test', '/talk')}</link></item></channel></rss>`;
    answers.set('video.test/feed', { body: feed, type: 'application/rss+xml' });
    await house.watch({ sources: [{ url: url('video.test', '/feed'), read: 'all' }] });
    await house.runDue();
    expect(asked('/talk')).toBe(1);
    expect(asked('/talk.vtt')).toBe(0);
  });

  test('reads the transcript that a feed names for an episode', async () => {
    const item = `<item><title>Riverton Water and the lake</title><guid>e1</guid><link>${url('video.test', '/e1')}</link><description>${description}</description>
      <podcast:transcript url="/e1.html" type="text/html"/><podcast:transcript url="/e1.txt" type="text/plain" language="en"/>
      <podcast:transcript url="/e1.srt" type="application/srt" language="en"/></item>`;
    const feed = `<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>The Hall</title><link>${url('video.test', '/')}</link>${item}</channel></rss>`;
    answers.set('video.test/feed', { body: feed, type: 'application/rss+xml' });
    answers.set('video.test/e1.srt', {
      body: '1\n00:10:05,000 --> 00:10:09,000\nRiverton Water spent $5 million on its plant.\n',
      type: 'application/srt',
    });
    await house.watch({ sources: [{ url: url('video.test', '/feed') }] });
    await house.runDue();
    const found = await article();
    expect(found).toMatchObject({ textFrom: 'headline', captions: { kind: 'transcript', lang: 'en' } });
    expect(await quotes()).toMatchObject([{ spoken: { kind: 'transcript', second: 605 } }]);
    expect([asked('/e1.html'), asked('/e1.txt'), asked('/e1.srt')]).toEqual([0, 0, 1]);
    await sound();
  });
});
