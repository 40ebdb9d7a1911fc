import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { placeArticle } from '#jobs/group-story.ts';
import { readForStory } from '#src/core/story/reading.ts';
import { anchorWords, growStory, weighWords } from '#src/core/story/topic.ts';
import { migrate } from '#src/io/db/migrate.ts';
import { type Db, openImage, openStore, type Store } from '#src/io/db/store.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { makeProse } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { migratedImage } from '#test/support/store.ts';
import { median, printBar } from './bar.ts';

const fewStored = 1_000;
/** The embedded store of a bench is in memory, which 100,000 articles would fill. */
const manyStored = { server: 100_000, embedded: 20_000 } as const;
/** New articles placed in each archive, in turn, half of them copies of stored ones; the first ones only warm up. */
const placedCount = 240;
const warmUpCount = 40;
const wordCount = 250;
const batchSize = 500;
/** All articles appear within the time that a story lasts: the hardest case, as none can be passed over for its age. */
const start = Temporal.Instant.from('2025-01-28T00:00:00Z');
const spreadMs = 48 * 3_600_000;

type Kind = keyof typeof manyStored;
type Archive = { readonly db: Db; readonly storedCount: number; readonly costs: number[] };

/**
 * Prints what one new article costs, from its stored version to its place, with few and with many stored; the two archives take turns, so
 * that both meet the same machine. `--store embedded` or `--store server` runs only that one, `--stored N` another size.
 */
export async function benchGroup(argv: readonly string[] = []): Promise<void> {
  const optionOf = (name: string): string | null =>
    argv.includes(name) ? (argv[argv.indexOf(name) + 1] ?? null) : null;
  const chosen = optionOf('--store');
  for (const kind of ['server', 'embedded'] as const) {
    if (chosen !== null && chosen !== kind) continue;
    await compareSizes(kind, Number(optionOf('--stored') ?? manyStored[kind]));
  }
}

async function compareSizes(kind: Kind, storedCount: number): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const archives: Archive[] = [];
  for (const size of [fewStored, storedCount]) {
    const store = closing.use(await openBlank(kind, closing));
    const fillStart = performance.now();
    await fill(store.db, size);
    await sql`analyze`.execute(store.db);
    console.log(`group, ${kind}: ${size} articles stored in ${Math.round((performance.now() - fillStart) / 1000)} s`);
    archives.push({ db: store.db, storedCount: size, costs: [] });
  }
  for (let at = 0; at < placedCount; at += 1) {
    for (const archive of archives) await placeOne(archive, at);
    // Both archives get the same share of whatever the machine does beside.
    await pause(0);
  }
  const [few = Number.NaN, many = Number.NaN] = archives.map(({ costs, storedCount: size }) => {
    const counted = costs.slice(warmUpCount);
    const cost = median(counted);
    console.log(`group, ${kind}: ${size} stored, ${cost.toFixed(1)} ms an article (median of ${counted.length})`);
    return cost;
  });
  printBar({ name: `cost at ${storedCount} against ${fewStored}`, figure: many / few, unit: 'x', most: 1.5 });
}

let databaseCount = 0;

async function openBlank(kind: Kind, closing: AsyncDisposableStack): Promise<Store> {
  if (kind === 'embedded') return await openImage(await migratedImage(), null);
  const server = closing.use(await startPostgres());
  databaseCount += 1;
  const databaseUrl = await server.createDatabase(`group-${process.pid}-${databaseCount}`);
  const store = await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  await migrate(store.db);
  return store;
}

/** Stores articles in places of their own, as `group-story` would leave them, but in batches. */
async function fill(db: Db, count: number): Promise<void> {
  const counts = new Map<string, number>();
  for (let first = 0; first < count; first += batchSize) {
    const texts = Array.from({ length: Math.min(batchSize, count - first) }, (_, at) => textOf(first + at));
    await db.transaction().execute(async (tx) => {
      const ids = await insertArticles(tx, texts, first);
      const readings = texts.map((text) => readForStory({ title: '', text }));
      for (const reading of readings)
        for (const word of reading.uses.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
      const vectors = readings.map((reading) =>
        weighWords(reading, { textCount: first + texts.length, byWord: counts }),
      );
      const lastAt = start.add({ milliseconds: Math.floor((spreadMs * first) / count) });
      const stories = await tx
        .insertInto('stories')
        .values(
          vectors.map((words) => {
            const { weights } = growStory({ articleCount: 0, weights: new Map() }, words);
            return { last_at: lastAt, article_count: 1, words: [...weights.keys()], weights: [...weights.values()] };
          }),
        )
        .returning('id')
        .execute();
      const storyIds = stories.map(({ id }) => id);
      const anchors = vectors.flatMap((words, at) =>
        anchorWords(words).map(({ word }) => ({ word, id: storyIds[at] ?? 0 })),
      );
      await sql`insert into story_words (word, story_id) select * from unnest(${anchors.map(({ word }) => word)}::text[], ${anchors.map(({ id }) => id)}::int8[])`.execute(
        tx,
      );
      await tx
        .insertInto('article_sketches')
        .values(
          readings.map(({ sample }, at) => ({
            article_id: ids[at] ?? 0,
            site: siteOf(first + at),
            appeared_at: lastAt,
            sample: [...sample],
          })),
        )
        .execute();
      const holders = readings.flatMap(({ sample }, at) => sample.map((shingle) => ({ shingle, id: ids[at] ?? 0 })));
      await sql`insert into shingles (shingle, article_id) select * from unnest(${holders.map(({ shingle }) => shingle)}::int4[], ${holders.map(({ id }) => id)}::int8[])`.execute(
        tx,
      );
      await tx
        .insertInto('story_members')
        .values(
          ids.map((id, at) => ({
            article_id: id,
            story_id: storyIds[at] ?? 0,
            role: 'original' as const,
            origin_id: id,
            since: lastAt,
          })),
        )
        .execute();
    });
  }
  await saveCounts(db, counts, count);
}

async function saveCounts(db: Db, counts: ReadonlyMap<string, number>, textCount: number): Promise<void> {
  const rows = [['', textCount] as const, ...counts];
  await sql`insert into word_counts (word, article_count)
    select * from unnest(${rows.map(([word]) => word)}::text[], ${rows.map(([, count]) => count)}::int4[])`.execute(db);
}

async function insertArticles(db: Db, texts: readonly string[], first: number): Promise<readonly number[]> {
  const rows = await db
    .insertInto('articles')
    .values(
      texts.map((_, at) => ({
        key: `${siteOf(first + at)}/${first + at}`,
        url: `https://${siteOf(first + at)}/${first + at}`,
        outlet: siteOf(first + at),
        first_seen_at: start,
        title: '',
        text_from: 'page' as const,
        is_kept: true,
        is_relevant: true,
        topics: [],
        search: sql`''::tsvector`,
      })),
    )
    .returning('id')
    .execute();
  const versions = await db
    .insertInto('versions')
    .values(
      texts.map((text, at) => ({
        article_id: rows[at]?.id ?? 0,
        number: 1,
        reason: 'page' as const,
        text_from: 'page' as const,
        seen_at: start,
        extractor: '1',
        method: 'body',
        title: '',
        text,
        text_hash: String(first + at),
        problems: '[]',
        corrections: '[]',
        topics: [],
        is_relevant: true,
      })),
    )
    .returning(['id', 'article_id'])
    .execute();
  await sql`update articles set current_version_id = v.id
    from unnest(${versions.map(({ id }) => id)}::int8[], ${versions.map((row) => row.article_id)}::int8[]) as v (id, article_id)
    where articles.id = v.article_id`.execute(db);
  return rows.map(({ id }) => id);
}

async function placeOne({ db, storedCount, costs }: Archive, at: number): Promise<void> {
  const copied = Math.floor((at * 7919) % storedCount);
  const text = at % 2 === 0 ? textOf(copied).slice(0, 1_400) : textOf(1_000_000 + at);
  const [id = 0] = await insertArticles(db, [text], 1_000_000 + at);
  await db.insertInto('ungrouped_articles').values({ article_id: id }).execute();
  const before = performance.now();
  await db.transaction().execute((tx) => placeArticle(tx, id, start.add({ milliseconds: spreadMs })));
  costs.push(performance.now() - before);
}

function textOf(number: number): string {
  return makeProse(seededRandom(number), { wordCount });
}

/** Forty outlets, so that furniture and copies meet their like. */
function siteOf(number: number): string {
  return `outlet${number % 40}.example`;
}
