import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceRow } from '#src/core/output/evidence-row.ts';
import { bundleTables, unbundledTables } from '#src/io/db/bundle-tables.ts';
import type { Db } from '#src/io/db/store.ts';
import { compareLedgerRows, type LedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import {
  type HouseFolder,
  makeHouseFolder,
  readHouse,
  runCommand,
  startClock,
  startCommand,
} from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';
import { seededRandom } from '#test/support/random.ts';
import { describeOnEachKind, describeOnPostgres } from '#test/support/store.ts';
import { readStrictly, splitHttp } from '#test/support/warc-files.ts';

let press: Press;
let closing: AsyncDisposableStack;
/** A house that has read the press, seen an edit, sent a mail and heard a person's verdicts. */
let source: HouseFolder;
let rows: LedgerRows;
let places: Awaited<ReturnType<typeof readPlaces>>;
let beforeEdit: Temporal.Instant;
const clock = startClock();

beforeAll(async () => {
  closing = new AsyncDisposableStack();
  press = closing.use(await startPress());
  source = closing.use(await makeHouseFolder(press.ledger, null));
  const run = async (...argv: readonly string[]): Promise<void> => {
    expect(await runCommand(source, argv, clock)).toMatchObject({ code: 0, err: '' });
  };
  await run('run', '--until-idle');
  beforeEdit = clock.now();
  const words = { from: 'It cost about $4 million, wages aside.', to: 'We shall not speak about its cost.' };
  press.change('tide-journal', '/stories/kestrel-statement.html', words);
  clock.move({ minutes: 2 });
  await run('run', '--until-idle', '--all');
  await readHouse(source, judgeOnce);
  await run('export', '--format', 'bundle', '--whole', '--output', 'whole');
  await run('export', '--format', 'bundle', '--output', 'public');
  await run('export', '--format', 'warc', '--output', 'ledger.warc.gz');
  rows = await readHouse(source, readLedgerRows);
  places = await readHouse(source, readPlaces);
  expect(places.places.length).toBeGreaterThan(places.stories.length);
});
afterAll(() => closing.disposeAsync());

/** A verdict that stands and one that was taken back. */
async function judgeOnce(db: Db): Promise<void> {
  const [one, two] = await db.selectFrom('taggings').selectAll().where('closed_at', 'is', null).orderBy('id').execute();
  for (const tagging of [one, two]) {
    if (tagging === undefined) throw new Error('there is too little to judge');
    const { version_id, claim_id, stance } = tagging;
    const undone_at = tagging === two ? clock.now() : null;
    const row = { version_id, claim_id, stance, verdict: 'confirm', given_by: 'desk', given_at: clock.now() } as const;
    await db
      .insertInto('verdicts')
      .values({ ...row, undone_at })
      .execute();
  }
}

/** Every place that an article has or had, with its story by the first name in it, and what the next article will be weighed by. */
async function readPlaces(db: Db) {
  const { rows: places } = await sql`
    select a.key, m.role, o.key as origin, r.key as repeats, m.same_words, m.credit, m.since, m.until,
      (select min(b.key) from story_members n join articles b on b.id = n.article_id where n.story_id = m.story_id) as story
    from story_members m join articles a on a.id = m.article_id join articles o on o.id = m.origin_id
    left join articles r on r.id = m.repeats_id order by m.since, a.key, m.until`.execute(db);
  const { rows: stories } = await sql`
    select last_at, article_count, words, weights,
      (select array_agg(word order by word) from story_words where story_id = s.id) as anchors
    from stories s order by (select min(b.key) from story_members n join articles b on b.id = n.article_id where n.story_id = s.id)`.execute(
    db,
  );
  const { rows: words } = await sql`select * from word_counts order by word collate "C"`.execute(db);
  const { rows: sketches } = await sql`select a.key, s.site, s.appeared_at, s.sample from article_sketches s
    join articles a on a.id = s.article_id order by a.key`.execute(db);
  return { places, stories, words, sketches };
}

/** What was known of a claim, at an instant or now; ids, and the order of what came at one instant, are a store's own. */
async function showClaim(folder: HouseFolder, asOf: Temporal.Instant | null): Promise<unknown> {
  const past = asOf === null ? [] : ['--as-of', asOf.toString()];
  const { code, out, err } = await runCommand(folder, ['claims', 'show', 'turbine-cost', '--json', ...past], clock);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { tally, moves, quotes, numbers } = JSON.parse(out);
  const said = [...quotes, ...numbers].map(({ articleId: _, taggingId: __, originId: ___, ...rest }) =>
    JSON.stringify(rest),
  );
  return { tally, moves, said: said.toSorted() };
}

const pathOf = (name: string): string => join(source.path, name);

async function takeInto(folder: HouseFolder, bundle: string): Promise<void> {
  expect(await runCommand(folder, ['import', pathOf(bundle)])).toMatchObject({ code: 0, err: '' });
}

describe('export --format warc', () => {
  test('writes what a strict reader takes: requests, answers as they were decoded, and texts', async () => {
    const records = readStrictly(readFileSync(pathOf('ledger.warc.gz')));
    expect(records[0]?.type).toBe('warcinfo');
    const types = Map.groupBy(records, ({ type }) => type);
    expect(types.get('response')?.length).toBeGreaterThan(5);
    expect(types.get('request')?.length).toBe(types.get('response')?.length);
    expect(new Set(records.map(({ headers }) => headers.get('warc-record-id'))).size).toBe(records.length);
    const documents = await readHouse(source, (db) => db.selectFrom('documents').select('hash').execute());
    const digests = types.get('response')?.map(({ headers }) => headers.get('warc-payload-digest')) ?? [];
    expect(digests.toSorted()).toEqual(documents.map(({ hash }) => `sha256:${hash}`).toSorted());
    for (const { block } of types.get('response') ?? []) {
      const { head, body } = splitHttp(block);
      expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(head).not.toMatch(/^(?:content|transfer)-encoding:/im);
      expect(head).toContain(`content-length: ${body.length}`);
    }
    for (const { block } of types.get('request') ?? [])
      expect(block.toString()).toMatch(/^GET \/\S+ HTTP\/1\.1\r\nhost: 127/);
  });

  test('writes the same bytes for the same ledger', async () => {
    const again = await runCommand(source, ['export', '--format', 'warc', '--output', 'again.warc.gz']);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(pathOf('again.warc.gz')).equals(readFileSync(pathOf('ledger.warc.gz')))).toBe(true);
  });

  test('is taken in by a fresh store with the same quotes', async () => {
    await using fresh = await makeHouseFolder(press.ledger, null);
    await takeInto(fresh, 'ledger.warc.gz');
    const listQuotes = (db: Db) => db.selectFrom('evidence').select('quote').distinct().orderBy('quote').execute();
    const quotes = await readHouse(fresh, listQuotes);
    expect(quotes.length).toBeGreaterThan(5);
    const known = new Set((await readHouse(source, listQuotes)).map(({ quote }) => quote));
    expect(quotes.filter(({ quote }) => !known.has(quote))).toEqual([]);
  });
});

describeOnEachKind('import BUNDLE', (kind) => {
  test('gives a fresh store the same ledger, and changes nothing the second time', async () => {
    await using server = kind === 'server' ? await startPostgres() : null;
    const databaseUrl = server === null ? null : await server.createDatabase(`bundle-${process.pid}`);
    await using fresh = await makeHouseFolder(press.ledger, databaseUrl);
    if (databaseUrl !== null) expect(await runCommand(fresh, ['migrate'])).toMatchObject({ code: 0 });
    for (const _time of ['first', 'second']) {
      await takeInto(fresh, 'whole');
      await readHouse(fresh, async (db) => {
        expect(compareLedgerRows(rows, await readLedgerRows(db))).toEqual([]);
        expect(await listBrokenPromises(db, clock.now())).toEqual([]);
        expect(await readPlaces(db)).toEqual(places);
      });
    }
    for (const at of [null, beforeEdit]) expect(await showClaim(fresh, at)).toEqual(await showClaim(source, at));
    expect(await showClaim(fresh, beforeEdit)).not.toEqual(await showClaim(fresh, null));
    // What came in is exported as it went out.
    expect(await runCommand(fresh, ['export', '--format', 'bundle', '--whole', '--output', 'back'])).toMatchObject({
      code: 0,
    });
    const lines = (path: string) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => line.replace(/,"sha256".*/, ''));
    const articlesOf = (path: string) =>
      lines(path).filter((line) => /"table":"(?:articles|evidence|verdicts|stories|word_counts)"/.test(line));
    expect(articlesOf(join(fresh.path, 'back/ledger.jsonl'))).toEqual(articlesOf(pathOf('whole/ledger.jsonl')));
  });
});

test('every table of the store is in a bundle, or said to be left out', async () => {
  const tables = await readHouse(source, (db) => db.introspection.getTables());
  const found = tables.filter(({ schema, name }) => schema === 'public' && !name.startsWith('kysely_'));
  const named = [...bundleTables.map(({ table }) => table), ...unbundledTables];
  expect(found.map(({ name }) => name).toSorted()).toEqual(named.toSorted());
});

test('export --format jsonl, csv and jsonld give every quote that counts, found again by its offsets', async () => {
  const give = async (format: string): Promise<string> => {
    const { code, out, err } = await runCommand(source, ['export', '--format', format]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  const lines = (await give('jsonl')).trim().split('\n');
  const quotes = lines.map((line): EvidenceRow => JSON.parse(line));
  expect(quotes.length).toBeGreaterThan(5);
  const versions = await readHouse(source, (db) => db.selectFrom('versions').selectAll().execute());
  for (const { textHash, field, start, end, quote, prefix, suffix } of quotes) {
    const version = versions.find(({ text_hash: hash }) => hash === textHash);
    expect(version?.[field].slice(start - prefix.length, end + suffix.length)).toBe(prefix + quote + suffix);
  }
  const table = await give('csv');
  expect(table.startsWith('claim,stance,speaker,quote,outlet,title,url,')).toBe(true);
  for (const { quote } of quotes) expect(table).toContain(quote.replaceAll('"', '""'));
  const feed = JSON.parse(await give('jsonld'));
  const annotations = feed.dataFeedElement.flatMap((claim: { subjectOf?: unknown[] }) => claim.subjectOf ?? []);
  expect(annotations).toHaveLength(quotes.length);
});

describe('a bundle for others', () => {
  test('holds no mail address, no mail and no reader', () => {
    const text = readFileSync(pathOf('public/ledger.jsonl'), 'utf8');
    expect(text).not.toContain('desk@velmar.example');
    expect(text).not.toMatch(/"table":"(?:readers|deliveries|ledger_revisions)"/);
    expect(readFileSync(pathOf('whole/ledger.jsonl'), 'utf8')).toContain('desk@velmar.example');
  });

  test('leaves what a store has of its own as it is', async () => {
    await using other = await makeHouseFolder(press.ledger, null);
    expect(await runCommand(other, ['run', '--until-idle'])).toMatchObject({ code: 0 });
    const before = await readHouse(other, readLedgerRows);
    await takeInto(other, 'public');
    const after = await readHouse(other, async (db) => {
      expect(await listBrokenPromises(db, Temporal.Now.instant())).toEqual([]);
      return await readLedgerRows(db);
    });
    for (const table of ['ledger_revisions', 'readers', 'sources', 'claims'])
      expect(after.get(table)).toEqual(before.get(table));
    for (const [table, own] of before) {
      if (['items', 'fetches', 'resources', 'hosts', 'documents'].includes(table)) continue;
      expect([table, own.filter((row) => after.get(table)?.includes(row) !== true)]).toEqual([table, []]);
    }
  });
});

describe('verify', () => {
  const check = async (folder: string) => await runCommand(source, ['verify', folder]);

  test('says that nothing was altered, with no ledger at hand', async () => {
    const { code, out, err } = await check('public');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Nothing was altered: \d+ rows and \d+ records of "The Velmar turbine" hold\.\nFingerprint: [0-9a-f]{64}\n$/,
    );
  });

  test('names the row or record of any flipped byte', async () => {
    const random = seededRandom(7);
    for (const file of ['ledger.jsonl', 'archive.warc.gz']) {
      for (let flips = 0; flips < 20; flips += 1) {
        cpSync(pathOf('public'), pathOf('flipped'), { recursive: true });
        const path = pathOf(`flipped/${file}`);
        const bytes = readFileSync(path);
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        writeFileSync(path, bytes);
        const { code, out } = await check('flipped');
        expect({ code, file, at }).toEqual({ code: 1, file, at });
        const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
        const name =
          file === 'ledger.jsonl'
            ? new RegExp(`^ledger\\.jsonl line (?:${line}|${line - 1}|${line + 1}) `, 'm')
            : /^archive\.warc\.gz record at byte \d+ /m;
        expect(out, `byte ${at} of ${file}`).toMatch(name);
      }
    }
  });

  test('names the record that holds the flipped byte, and only that one', async () => {
    cpSync(pathOf('public'), pathOf('flipped'), { recursive: true });
    const bytes = readFileSync(pathOf('public/archive.warc.gz'));
    const target = readStrictly(bytes).findLast(({ type }) => type === 'response');
    if (target === undefined) throw new Error('there is no answer in the archive');
    const at = target.offset + Math.floor(target.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(pathOf('flipped/archive.warc.gz'), bytes);
    const { out } = await check('flipped');
    expect(out.match(/record at byte (\d+)/g)).toEqual([`record at byte ${target.offset}`]);
    expect(out).toContain(`(response ${target.headers.get('warc-target-uri')}): the record was altered`);
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    ['missing', (lines) => lines.toSpliced(20, 1), /a row before it is missing/],
    ['there twice', (lines) => lines.toSpliced(20, 0, lines[20] ?? ''), /is missing, added or moved/],
    ['cut off at the end', (lines) => lines.toSpliced(-2, 1), /its chain is not that of the last row/],
  ])('finds a row that is %s', async (_name, change, words) => {
    cpSync(pathOf('public'), pathOf('flipped'), { recursive: true });
    const lines = readFileSync(pathOf('public/ledger.jsonl'), 'utf8').split('\n');
    writeFileSync(pathOf('flipped/ledger.jsonl'), change(lines).join('\n'));
    const { code, out } = await check('flipped');
    expect(code).toBe(1);
    expect(out).toMatch(words);
  });

  test('nothing of an altered bundle is imported', async () => {
    cpSync(pathOf('public'), pathOf('flipped'), { recursive: true });
    const text = readFileSync(pathOf('public/ledger.jsonl'), 'utf8');
    writeFileSync(pathOf('flipped/ledger.jsonl'), text.replace('4.1 million', '1.4 million'));
    await using fresh = await makeHouseFolder(press.ledger, null);
    const { code, err } = await runCommand(fresh, ['import', pathOf('flipped')]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('the row was altered') });
    expect(await readHouse(fresh, (db) => db.selectFrom('articles').select('id').execute())).toEqual([]);
  });
});

describeOnPostgres('an import of a bundle that is killed', () => {
  test('is begun again and ends with the same ledger', async () => {
    await using server = await startPostgres();
    await using fresh = await makeHouseFolder(
      press.ledger,
      await server.createDatabase(`killed-bundle-${process.pid}`),
    );
    expect(await runCommand(fresh, ['migrate'])).toMatchObject({ code: 0 });
    const countIn = (table: 'claims' | 'versions' | 'evidence' | 'stories'): Promise<number> =>
      readHouse(fresh, async (db) => (await db.selectFrom(table).selectAll().execute()).length);
    for (const table of ['claims', 'versions', 'evidence', 'stories'] as const) {
      await using command = startCommand(fresh, ['import', pathOf('whole')]);
      while ((await countIn(table)) === 0 && command.child.exitCode === null) await pause(2);
      command.child.kill('SIGKILL');
      await command.ended;
    }
    await takeInto(fresh, 'whole');
    expect(compareLedgerRows(rows, await readHouse(fresh, readLedgerRows))).toEqual([]);
    expect(await readHouse(fresh, readPlaces)).toEqual(places);
  });
});

test('an export takes the place of an earlier bundle, and of nothing else', async () => {
  const bundle = (name: string) => runCommand(source, ['export', '--format', 'bundle', '--output', name]);
  cpSync(pathOf('public'), pathOf('earlier'), { recursive: true });
  writeFileSync(pathOf('earlier/ledger.jsonl'), 'an export that died');
  expect(await bundle('earlier')).toMatchObject({ code: 0, err: '' });
  expect(readdirSync(pathOf('earlier')).toSorted()).toEqual(readdirSync(pathOf('public')).toSorted());
  for (const name of readdirSync(pathOf('public')))
    expect(readFileSync(pathOf(`earlier/${name}`)).equals(readFileSync(pathOf(`public/${name}`)))).toBe(true);
  writeFileSync(pathOf('earlier/notes.txt'), 'mine');
  const { code, err } = await bundle('earlier');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('the folder holds "notes.txt"') });
  expect(readFileSync(pathOf('earlier/notes.txt'), 'utf8')).toBe('mine');
  expect(readdirSync(source.path).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('an export that is refused leaves nothing behind', async () => {
  const { code, err } = await runCommand(source, [
    'export',
    '--format',
    'warc',
    '--output',
    'no/such/folder/x.warc.gz',
  ]);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('Cannot write') });
  const unnamed = await runCommand(source, ['export', '--format', 'bundle']);
  expect(unnamed).toMatchObject({ code: 2, err: expect.stringContaining('--output') });
  expect(statSync(pathOf('whole')).mode & 0o777).toBe(0o700);
});
