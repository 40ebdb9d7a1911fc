/**
 * What changed, in the order in which it became true, and the balance of every claim ready to read.
 *
 * `changes` has a row for each article, version, quote opened or closed, fate of a quote, answer, opinion and place in a story. Its
 * number is given when the transaction commits, by one transaction after the other (the lock is held until the row can be seen): whoever
 * has read up to a number has missed nothing below it. A number that is given where the row is written would be seen too late when an
 * earlier number commits later. Triggers write the rows, because no writer may forget one; they take the instant from the row, not from
 * the server's clock.
 *
 * `standings` repeats what counts as evidence (`io/db/evidence.ts`): one row for each quote that speaks for its origin. It is made from the
 * tables by `settle-standings`, up to the change that `standings_settled` names; what changed after that is read from the tables.
 * Natural keys: changes (kind, article, version, tagging, instant), standings (tagging).
 */
import { type Kysely, sql } from 'kysely';

/** Any number that no other lock of ours has. */
const lockKey = 7_250_112;

/** Creates both, and tells what an older store holds as if it had just come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('seq', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('kind', 'text', (c) => c.notNull())
    // No reference: the number of an article that was thrown away for its age stays.
    .addColumn('article_id', 'bigint', (c) => c.notNull())
    .addColumn('version_id', 'bigint')
    .addColumn('tagging_id', 'bigint')
    .addColumn('claim_id', 'text')
    .addColumn('stance', 'text')
    // The state of a quote, the verdict of a person, the role in a story.
    .addColumn('detail', 'text')
    // The article whose words are repeated, of a place in a story.
    .addColumn('origin_id', 'bigint')
    .addColumn('at', 'timestamptz', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('standings')
    .addColumn('tagging_id', 'bigint', (c) => c.primaryKey().references('taggings.id').onDelete('cascade'))
    .addColumn('claim_id', 'text', (c) => c.notNull())
    .addColumn('stance', 'text', (c) => c.notNull())
    .addColumn('origin_id', 'bigint', (c) => c.notNull())
    .addColumn('stored_at', 'timestamptz', (c) => c.notNull())
    .addColumn('article_count', 'integer', (c) => c.notNull())
    .addColumn('outlet_count', 'integer', (c) => c.notNull())
    // One quote of each origin and stance: what a balance counts.
    .addColumn('is_first', 'boolean', (c) => c.notNull())
    .execute();
  // Both hold all that a count or a page of quotes reads first, so that neither visits the rows.
  await sql`create index standings_by_claim on standings (claim_id, stored_at desc, tagging_id desc)
    include (stance, is_first, origin_id)`.execute(db);
  await sql`create index standings_by_time on standings (stored_at desc, tagging_id desc) include (claim_id, stance, is_first, origin_id)`.execute(
    db,
  );
  await sql`create index standings_by_origin on standings (origin_id)`.execute(db);
  await db.schema
    .createTable('standings_settled')
    .addColumn('through', 'bigint', (c) => c.notNull())
    .execute();
  await addTriggers(db);
  await tellStored(db);
}

type Note = {
  readonly table: string;
  readonly event: string;
  /** When a row of the event is told, and as what: columns of `changes` from `kind` on, as SQL. */
  readonly notes: readonly { readonly when?: string; readonly values: string }[];
};

const columns = 'kind, article_id, version_id, tagging_id, claim_id, stance, detail, origin_id, at';
const articleOf = (versionId: string): string => `(select v.article_id from versions v where v.id = ${versionId})`;
const tagging = (kind: string, at: string): string =>
  `'${kind}', new.article_id, new.version_id, new.id, new.claim_id, new.stance, new.status, null, ${at}`;
const quoteState = (kind: string, at: string): string =>
  `'${kind}', ${articleOf('new.version_id')}, new.version_id, null, null, null, new.state, null, ${at}`;
const verdict = (kind: string, at: string): string =>
  `'${kind}', ${articleOf('new.version_id')}, new.version_id, null, new.claim_id, new.stance, new.verdict, null, ${at}`;
const place = (kind: string, at: string): string =>
  `'${kind}', new.article_id, null, null, null, null, new.role, new.origin_id, ${at}`;
const opinion = (row: string): string =>
  `'opinion', t.article_id, t.version_id, t.id, t.claim_id, ${row}.stance, null, null, ${row}.given_at`;

const notes: readonly Note[] = [
  {
    table: 'articles',
    event: 'insert',
    notes: [{ values: `'article', new.id, null, null, null, null, null, null, new.first_seen_at` }],
  },
  {
    table: 'articles',
    event: 'update of is_relevant, is_kept, current_version_id, outlet',
    notes: [
      {
        when: `(old.is_relevant, old.is_kept, old.current_version_id, old.outlet)
          is distinct from (new.is_relevant, new.is_kept, new.current_version_id, new.outlet)`,
        values: `'article-changed', new.id, new.current_version_id, null, null, null, null, null,
          coalesce((select greatest(v.seen_at, v.tagged_at) from versions v where v.id = new.current_version_id), new.first_seen_at)`,
      },
    ],
  },
  {
    table: 'versions',
    event: 'insert',
    notes: [{ values: `'version', new.article_id, new.id, null, null, null, new.reason, null, new.seen_at` }],
  },
  {
    table: 'taggings',
    event: 'insert',
    notes: [
      { values: tagging('tagging-opened', 'new.created_at') },
      { when: 'new.closed_at is not null', values: tagging('tagging-closed', 'new.closed_at') },
    ],
  },
  {
    table: 'taggings',
    event: 'update of closed_at',
    notes: [
      {
        when: 'old.closed_at is null and new.closed_at is not null',
        values: tagging('tagging-closed', 'new.closed_at'),
      },
    ],
  },
  {
    table: 'quote_states',
    event: 'insert',
    notes: [
      { values: quoteState('quote-state', 'new.seen_at') },
      { when: 'new.closed_at is not null', values: quoteState('quote-state-closed', 'new.closed_at') },
    ],
  },
  {
    table: 'quote_states',
    event: 'update of closed_at',
    notes: [
      {
        when: 'old.closed_at is null and new.closed_at is not null',
        values: quoteState('quote-state-closed', 'new.closed_at'),
      },
    ],
  },
  {
    table: 'verdicts',
    event: 'insert',
    notes: [
      { values: verdict('verdict', 'new.given_at') },
      { when: 'new.undone_at is not null', values: verdict('verdict-undone', 'new.undone_at') },
    ],
  },
  {
    table: 'verdicts',
    event: 'update of undone_at',
    notes: [
      {
        when: 'old.undone_at is null and new.undone_at is not null',
        values: verdict('verdict-undone', 'new.undone_at'),
      },
    ],
  },
  {
    table: 'story_members',
    event: 'insert',
    notes: [
      { when: 'new.until is null', values: place('place', 'new.since') },
      { when: 'new.until is not null', values: place('place-left', 'new.until') },
    ],
  },
  {
    table: 'story_members',
    event: 'update of until',
    notes: [{ when: 'old.until is null and new.until is not null', values: place('place-left', 'new.until') }],
  },
];

async function addTriggers(db: Kysely<unknown>): Promise<void> {
  const lock = `perform pg_advisory_xact_lock(${lockKey});`;
  for (const [index, { table, event, notes: own }] of notes.entries()) {
    const name = `note_${table}_${index}`;
    const inserts = own.map(({ when = 'true', values }) => {
      const insert = `insert into changes (${columns}) values (${values});`;
      return `if ${when} then ${lock} ${insert} end if;`;
    });
    await addTrigger(db, { name, table, event, body: `${inserts.join(' ')} return null;` });
  }
  // An opinion is replaced by a newer one, or taken away.
  const told = (row: string): string =>
    `${lock} insert into changes (${columns}) select ${opinion(row)} from taggings t where t.id = ${row}.tagging_id;`;
  const body = (row: string): string => `${told(row)} return null;`;
  await addTrigger(db, { name: 'note_opinions', table: 'opinions', event: 'insert or update', body: body('new') });
  await addTrigger(db, { name: 'note_opinions_gone', table: 'opinions', event: 'delete', body: body('old') });
}

async function addTrigger(
  db: Kysely<unknown>,
  trigger: { readonly name: string; readonly table: string; readonly event: string; readonly body: string },
): Promise<void> {
  const { name, table, event, body } = trigger;
  await sql.raw(`create function ${name}() returns trigger language plpgsql as $$ begin ${body} end $$`).execute(db);
  await sql
    .raw(
      `create constraint trigger ${name} after ${event} on ${table} deferrable initially deferred
       for each row execute function ${name}()`,
    )
    .execute(db);
}

/** What was stored before there was this table, in the order of its instants. */
async function tellStored(db: Kysely<unknown>): Promise<void> {
  const stored = notes.flatMap(({ table, event, notes: own }, rank) =>
    event === 'insert'
      ? own.map(({ when = 'true', values }) => `select ${rank}, ${values} from ${table} as new where ${when}`)
      : [],
  );
  const typed = `select 0, ''::text, 0::bigint, 0::bigint, 0::bigint, ''::text, ''::text, ''::text, 0::bigint, '-infinity'::timestamptz where false`;
  await sql
    .raw(
      `insert into changes (${columns}) select ${columns} from (${[typed, ...stored].join(' union all ')})
       as told (rank, ${columns}) order by at, article_id, rank`,
    )
    .execute(db);
}
