import { readFileSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '#src/config/load.ts';
import { pastTables } from '#src/io/db/as-of.ts';
import { buildWeb } from '#src/web/app.ts';
import {
  type HouseFolder,
  makeHouseFolder,
  openHouseAt,
  readHouse,
  runCommand,
  startClock,
} from '#test/support/house.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';
import { describeOnEachKind } from '#test/support/store.ts';
import { pressDeps } from '#test/web/press.ts';

/** Everything that can be asked about the past, in the forms it is asked for. */
const questions: readonly (readonly string[])[] = [
  ['claims', 'list', '--json'],
  ['claims', 'list'],
  ['claims', 'show', 'turbine-cost', '--json'],
  ['claims', 'show', 'copied-design'],
  ['articles', '--json'],
  ['articles', 'kestrel', '--json'],
  ['articles', '--claim', 'turbine-cost', '--json'],
  ['articles', '--source', 'Harbour Post', '--relevant', '--json'],
  ['digest', '--json'],
  ['digest', '--since', '24h', '--json'],
  ['digest', '--since', '24h', '--format', 'text'],
];

describeOnEachKind('--as-of', (kind) => {
  let closing: AsyncDisposableStack;
  let press: Press;
  let folder: HouseFolder;
  const clock = startClock();
  const run = async (...argv: readonly string[]): Promise<string> => {
    const { code, out, err } = await runCommand(folder, argv, clock);
    expect({ code, err }, argv.join(' ')).toEqual({ code: 0, err: '' });
    return out;
  };
  /** Answers many questions on one open store, as a running service does. */
  const askAll = async (asked: readonly (readonly string[])[]): Promise<readonly string[]> => {
    const { env, ledgerFile: file, path: cwd } = folder;
    const signal = new AbortController().signal;
    const config = loadConfig({ file, env, cwd });
    await using house = await openHouseAt(clock)(config, {
      kind: 'command',
      schema: 'check',
      ledger: 'stored',
      signal,
    });
    const answers: string[] = [];
    for (const argv of asked) {
      const { code, out, err } = await runCommand(folder, argv, clock, house);
      expect({ code, err }, argv.join(' ')).toEqual({ code: 0, err: '' });
      answers.push(out);
    }
    return answers;
  };
  const asOf = (at: string) => questions.map((question) => [...question, '--as-of', at]);
  /** The instant after the first look, what the house said of itself then, and what it says of it later. */
  let then: string;
  let present: readonly string[];
  let answers: readonly string[];

  beforeAll(async () => {
    closing = new AsyncDisposableStack();
    press = closing.use(await startPress());
    const server = kind === 'server' ? closing.use(await startPostgres()) : null;
    const databaseUrl = server === null ? null : await server.createDatabase(`as-of-${process.pid}`);
    folder = closing.use(await makeHouseFolder(press.ledger, databaseUrl));
    if (databaseUrl !== null) await run('migrate');
    await run('run', '--until-idle');
    then = clock.now().toString();
    present = await askAll(questions);
    answers = await askAll(asOf(then));
  });
  afterAll(() => closing.disposeAsync());

  test('tells what was said at the time', () => {
    // A window that ends now ends a little later each time.
    const isFixed = (_: string, at: number): boolean => questions[at]?.includes('--since') === false;
    expect(answers.filter(isFixed)).toEqual(present.filter(isFixed));
    expect(answers.join('')).toContain('It cost about $4 million');
  });

  test('is unchanged, byte for byte, by edits, new articles, answers, other rules and another ledger', async () => {
    const words = { from: 'It cost about $4 million, wages aside.', to: 'We shall not speak about its cost.' };
    press.change('tide-journal', '/stories/kestrel-statement.html', words);
    clock.move({ hours: 26 });
    await run('run', '--until-idle', '--all');
    await readHouse(folder, async (db) => {
      const taggings = await db.selectFrom('taggings').selectAll().where('closed_at', 'is', null).execute();
      const rows = taggings.map(({ version_id, claim_id, stance }) => ({ version_id, claim_id, stance }));
      const verdict = { verdict: 'reject', given_by: 'desk', given_at: clock.now() } as const;
      await db
        .insertInto('verdicts')
        .values(rows.map((row) => ({ ...row, ...verdict })))
        .execute();
    });
    const changed = readFileSync(folder.ledgerFile, 'utf8')
      .replace('cost about $4 million', 'cost at least $9 million')
      .replace('$3.6m..$4.4m', '$8m..$9m')
      .replace('name: The Velmar turbine', 'name: Another name')
      .replace('name: Harbour Post', 'name: The Post');
    writeFileSync(folder.ledgerFile, changed);
    clock.move({ minutes: 1 });
    await run('run', '--until-idle');
    await run('claims', 'retag', '--apply');
    clock.move({ hours: 26 });
    await run('run', '--until-idle', '--all');
    // The later data is there, and shows today.
    const today = await run('claims', 'show', 'turbine-cost', '--json');
    expect(JSON.parse(today)).toMatchObject({ statement: expect.stringContaining('$9 million'), quotes: [] });
    const again = await askAll(asOf(then));
    for (const [at, answer] of again.entries()) expect(answer, questions[at]?.join(' ')).toBe(answers[at]);
  });

  test('the API and the page of a claim tell the same', async () => {
    const { env, ledgerFile: file, path: cwd } = folder;
    const options = {
      kind: 'command',
      schema: 'check',
      ledger: 'stored',
      signal: new AbortController().signal,
    } as const;
    await using house = await openHouseAt(clock)(loadConfig({ file, env, cwd }), options);
    const app = await buildWeb(pressDeps(house.deps.db, { now: clock.now }));
    const at = encodeURIComponent(then);
    const known = JSON.parse(answers[2] ?? '');
    const claim = (await app.inject({ url: `/api/v1/claims/turbine-cost?asOf=${at}` })).json();
    expect(claim).toMatchObject({ statement: known.statement, tally: known.tally, quotes: known.quotes });
    const articles = (await app.inject({ url: `/api/v1/articles?asOf=${at}` })).json();
    expect(articles).toEqual(JSON.parse(answers[4] ?? ''));
    const [first] = articles.items;
    const article = (await app.inject({ url: `/api/v1/articles/${first.id}?asOf=${at}` })).json();
    expect(article).toMatchObject(first);
    expect(article.versions).toHaveLength(1);
    const page = (await app.inject({ url: `/claims/turbine-cost?asOf=${at}` })).body;
    expect(page).toContain('What was known then');
    expect(page).toContain('about $4 million');
    expect((await app.inject({ url: '/claims/turbine-cost?asOf=' })).body).not.toContain('about $4 million');
    const ahead = encodeURIComponent(clock.now().add({ hours: 1 }).toString());
    expect((await app.inject({ url: `/api/v1/claims?asOf=${ahead}` })).statusCode).toBe(400);
    expect((await app.inject({ url: '/api/v1/claims?asOf=yesterday' })).statusCode).toBe(400);
    await app.close();
  });

  test('knows nothing before the first look, and refuses the future', async () => {
    const early = Temporal.Instant.from(then)
      .subtract({ hours: 24 * 30 })
      .toString();
    expect(JSON.parse(await run('articles', '--json', '--as-of', early))).toEqual({ items: [], next: null });
    expect(JSON.parse(await run('claims', 'list', '--json', '--as-of', early))).toEqual({ items: [], next: null });
    const ahead = clock.now().add({ hours: 1 }).toString();
    expect(await runCommand(folder, ['claims', 'list', '--as-of', ahead], clock)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Cannot tell what is known as of'),
    });
  });

  test('every table answers as it stood, or hangs on one that does, or is shown to nobody', async () => {
    const hanging = ['citations', 'evidence', 'quantities', 'documents', 'claim_definitions', 'version_captions'];
    const unshown = ['hosts', 'resources', 'pages', 'job_runs', 'imports', 'judge_calls', 'link_keys'];
    const chosen = ['saved_queries', 'webhook_marks', 'webhook_deliveries'];
    const index = ['stories', 'story_words', 'word_counts', 'article_sketches', 'shingles', 'ungrouped_articles'];
    const mail = ['readers', 'deliveries', 'mail_stops', 'subscriptions'];
    const tables = await readHouse(folder, (db) => db.introspection.getTables());
    const found = tables.filter(({ schema, name }) => schema === 'public' && !name.startsWith('kysely_'));
    const named = [...pastTables, ...hanging, ...unshown, ...index, ...mail, ...chosen];
    expect(found.map(({ name }) => name).toSorted()).toEqual(named.toSorted());
  });

  test('leaves the store as it is', async () => {
    await readHouse(folder, async (db) => {
      const { rows } = await sql`select relname from pg_class where relkind = 'v'
        and relnamespace::regnamespace::text like 'pg_temp%'`.execute(db);
      expect(rows).toEqual([]);
    });
  });
});
