import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupStories } from '#jobs/group-story.ts';
import { listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import { compareSchema, migrate } from '#src/io/db/migrate.ts';
import { openImage, openStore, type Store } from '#src/io/db/store.ts';
import { listUngrouped } from '#src/io/db/story-waiting.ts';
import { editedAt, fillFirstTables, firstQuote, firstReadAt } from '#test/support/first-rows.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { type PostgresServer, startPostgres } from '#test/support/postgres.ts';
import { makeSchema, readSchemaText } from '#test/support/schema-text.ts';
import { describeOnEachKind } from '#test/support/store.ts';

// One file per finished step: the migrations that it had are named in its first line.
const folder = new URL('../../fixtures/schema/', import.meta.url);
const dumps = readdirSync(folder).filter((name) => /^\d{4}\.sql$/.test(name));

function readDump(name: string): { readonly text: string; readonly migrations: readonly string[] } {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const [head = ''] = text.split('\n');
  return { text: text.slice(head.length + 1), migrations: head.replace('-- ', '').split(' ') };
}

describeOnEachKind('schema', (kind) => {
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    if (kind === 'server') server = await startPostgres();
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  /** An empty database of its own. */
  async function openBlank(name: string): Promise<Store> {
    if (server === null) return await openImage(null, null);
    const databaseUrl = await server.createDatabase(name);
    return await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  }

  test.each(dumps)('of step %s is upgraded to that of an empty database', async (name) => {
    await using fresh = await openBlank('fresh');
    await migrate(fresh.db);
    await using old = await openBlank('old');
    const { text, migrations } = readDump(name);
    await makeSchema(old.db, text, migrations);
    expect(await readSchemaText(old.db)).toBe(text);
    const { missing } = await compareSchema(old.db);
    expect(await migrate(old.db)).toEqual(missing);
    expect(await readSchemaText(old.db)).toBe(await readSchemaText(fresh.db));
  });

  test('of the first step with what it held is upgraded, and nothing of it is lost or left without a place', async () => {
    await using store = await openBlank('filled');
    const { db } = store;
    const { text, migrations } = readDump('0001.sql');
    await makeSchema(db, text, migrations);
    await fillFirstTables(db);
    await migrate(db);
    expect(await listBrokenPromises(db, editedAt)).toEqual([]);
    const judgements = await db
      .selectFrom('judgements')
      .select(['version_id', 'rules_key'])
      .orderBy('version_id')
      .execute();
    expect(judgements.map(({ version_id: id, rules_key: key }) => [id, key])).toEqual([
      [1, 'r1'],
      [2, 'r1'],
      [3, 'r1'],
    ]);
    expect(await listUngrouped(db, { limit: 9 })).toEqual([1, 2, 3]);
    const versions = await db.selectFrom('versions').select(['outlet', 'published_at']).orderBy('id').execute();
    expect(
      versions.map(({ outlet }) => outlet),
      'only newest ones are known',
    ).toEqual([null, 'The Post', 'The Wire', 'The Late']);
    const pages = await db.selectFrom('pages').select('reason').execute();
    expect(pages).toEqual([{ reason: 'listed' }]);
    const read = await db.selectFrom('resources').select('last_read_at').where('id', '=', 2).executeTakeFirstOrThrow();
    expect(read.last_read_at?.toString(), 'the last visit that could be read').toBe(firstReadAt.toString());
    const signal = new AbortController().signal;
    expect(await groupStories({}, { db, signal, now: () => editedAt })).toEqual({ articles: 3, placed: 3 });
    const [quote, ...others] = await listQuotes(db, { from: null, until: null, claims: null, limit: 9 });
    expect(others).toEqual([]);
    expect(quote).toMatchObject({
      quote: firstQuote,
      articleId: 1,
      repeated: { articleCount: 1 },
      answer: { by: 'desk' },
    });
    expect((await tallyClaims(db, { at: editedAt })).get('poisoned')?.supports).toBe(1);
  });

  test('of a newer program is refused by name', async () => {
    await using store = await openBlank('newer');
    await migrate(store.db);
    await sql`insert into kysely_migration values ('9999-later', '')`.execute(store.db);
    expect(await compareSchema(store.db)).toEqual({ missing: [], ahead: ['9999-later'] });
  });
});
