/** Brings a database to the schema of this code, once, whoever comes first. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';

const FOLDER = new URL('../../../migrations/', import.meta.url);

/** The names of `migrations/NNNN-noun.ts` in the order of their numbers. */
export async function listMigrations(): Promise<readonly string[]> {
  const files = await readdir(fileURLToPath(FOLDER));
  return files.flatMap((file) => /^(\d{4}-[a-z-]+)\.ts$/.exec(file)?.[1] ?? []).sort();
}

/** Loads them all. */
class FolderProvider implements MigrationProvider {
  async getMigrations(): Promise<Record<string, Migration>> {
    const entries = (await listMigrations()).map(async (name) => {
      const migration: Migration = await import(new URL(`${name}.ts`, FOLDER).href);
      return [name, migration] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}

/**
 * Applies what is missing, in order and up to `last`, and gives the names of what it applied. Safe with several processes at once: kysely's
 * advisory lock on a server, the directory lock on the embedded store. Throws the failing migration's own error.
 */
export async function migrate<Schema>(db: Kysely<Schema>, last: string | null = null): Promise<readonly string[]> {
  return await db.connection().execute(async (connection) => {
    // A statement that takes a minute is a mistake of ours on a page, and a large archive in a migration.
    await sql`set statement_timeout = 0`.execute(connection);
    try {
      const migrator = new Migrator({ db: connection, provider: new FolderProvider() });
      const { error, results } = await (last === null ? migrator.migrateToLatest() : migrator.migrateTo(last));
      if (error !== undefined) throw error;
      return (results ?? []).map((result) => result.migrationName);
    } finally {
      await sql`reset statement_timeout`.execute(connection);
    }
  });
}

/** The migrations that this code knows and the database does not have yet; unknown ones in the database are `ahead`. */
export async function compareSchema<Schema>(
  db: Kysely<Schema>,
): Promise<{ readonly missing: readonly string[]; readonly ahead: readonly string[] }> {
  const known = await listMigrations();
  const applied = await listApplied(db);
  return {
    missing: known.filter((name) => !applied.includes(name)),
    ahead: applied.filter((name) => !known.includes(name)),
  };
}

async function listApplied<Schema>(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
