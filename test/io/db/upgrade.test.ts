import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareSchema, migrate } from '#src/io/db/migrate.ts';
import { openImage, openStore, type Store } from '#src/io/db/store.ts';
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

  test('of a newer program is refused by name', async () => {
    await using store = await openBlank('newer');
    await migrate(store.db);
    await sql`insert into kysely_migration values ('9999-later', '')`.execute(store.db);
    expect(await compareSchema(store.db)).toEqual({ missing: [], ahead: ['9999-later'] });
  });
});
