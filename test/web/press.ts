/** An invented press on an embedded store: three outlets, four articles, three claims, one stored digest, one failing source. */
import { sql } from 'kysely';
import { HOUSE_READER } from '#src/config/schema.ts';
import { buildDigest } from '#src/core/digest/digest.ts';
import { searchRules, writeSearchVector } from '#src/core/search/words.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { migrate } from '#src/io/db/migrate.ts';
import type { Stance } from '#src/io/db/schema.ts';
import { type Db, openImage, type Store } from '#src/io/db/store.ts';
import type { WebDeps } from '#src/web/deps.ts';
import { makeLedger } from '#test/support/ledger.ts';

/** The moment at which every test reads the pages. */
export const now = Temporal.Instant.from('2025-01-30T09:30:00Z');

/** An empty store with all tables. */
export async function openPress(): Promise<Store> {
  const store = await openImage(null, null);
  await migrate(store.db);
  return store;
}

const idleWork = {
  addresses: 0,
  entries: 0,
  versions: 0,
  stories: 0,
  runs: 0,
  judgements: 0,
  digests: 0,
  mails: 0,
};
const noChanges = {
  articleCount: 0,
  answerCount: 0,
  counts: { gained: 0, lost: 0, stance: 0, counted: 0, uncounted: 0, quote: 0 },
  byClaim: {},
  changes: [],
  changesLeftOut: 0,
  articlesLeftOut: 0,
};

/** What the pages need, on the invented press. */
export function pressDeps(db: Db, rest: Partial<WebDeps> = {}): WebDeps {
  return {
    db,
    now: () => now,
    log: false,
    ledgerName: () => 'The Elbe bridge',
    zone: () => 'UTC',
    rulesKey: () => 'test',
    token: null,
    readToken: null,
    publicUrl: null,
    isReady: async () => ({ ok: true, reason: null }),
    isStopping: () => false,
    metrics: null,
    mail: {
      linkKeys: ['a key for the press'],
      digest: () => makeLedger().digest,
      listReaders: async () => [],
      preview: async () => null,
      lookForWork: async () => {},
    },
    work: {
      countDue: async () => idleWork,
      previewRules: async () => noChanges,
      applyRules: async () => {},
    },
    ...rest,
  };
}

const claims = [
  [
    'bridge-cost',
    'Bridge cost',
    'The Elbe bridge was repaired for about $5.6 million',
    { all: [{ amount: 'about $5.6m +-10%' }] },
  ],
  ['no-permit', 'No permit', 'The repair went ahead without a building permit from the city', {}],
  ['crew-200', 'Crew size', 'About 200 people worked on the bridge', {}],
] as const;

/** One quote to be stored: it is looked up in the text of its article. */
type Said = {
  readonly claim: string;
  readonly stance: Stance;
  readonly speaker: string | null;
  readonly quote: string;
  readonly inTitle?: boolean;
  readonly status?: 'tag' | 'candidate';
  readonly amount?: number;
};

/** An article to be stored. */
export type Story = {
  readonly title: string;
  readonly outlet: string;
  readonly lang: string;
  readonly text: string;
  readonly at: string;
  readonly published?: string;
  readonly earlierText?: string;
  readonly isRelevant?: boolean;
  readonly said: readonly Said[];
};

const stories: readonly Story[] = [
  {
    title: 'City examines what the bridge repair really cost',
    outlet: 'Harbour Ledger',
    lang: 'en',
    at: '2025-01-20T09:14:00Z',
    published: '2025-01-20T08:40:00Z',
    earlierText: 'The city council has begun to look into the repair of the Elbe bridge.',
    text: 'The city council has begun to look into the repair of the Elbe bridge.\n\nAccording to the builder’s own report, the final bill came to $5.576 million, and the work took five months. Engineers asked for more papers.\n\nThe council has not answered questions.',
    said: [
      {
        claim: 'bridge-cost',
        stance: 'reports',
        speaker: 'the builder',
        quote:
          'According to the builder’s own report, the final bill came to $5.576 million, and the work took five months.',
        amount: 5_576_000,
      },
    ],
  },
  {
    title: 'Was die fünf Millionen nicht enthalten: Brückeninstandsetzungsnebenkostenabrechnung und Fehlversuche',
    outlet: 'Elbkurier',
    lang: 'de',
    at: '2025-01-28T14:32:00Z',
    published: '2025-01-28',
    text: 'Die 5,6 Millionen Dollar sind nur die letzte Rechnung. Eine Genehmigung lag nach Angaben der Stadt nicht vor.',
    said: [
      {
        claim: 'bridge-cost',
        stance: 'disputes',
        speaker: 'Jana Vogt',
        quote: 'Die 5,6 Millionen Dollar sind nur die letzte Rechnung.',
        amount: 5_600_000,
      },
      {
        claim: 'no-permit',
        stance: 'reports',
        speaker: 'die Stadt',
        quote: 'Eine Genehmigung lag nach Angaben der Stadt nicht vor.',
      },
    ],
  },
  {
    title: 'Nobody believes the five-million figure',
    outlet: 'Quay Notes',
    lang: 'en',
    at: '2025-01-30T05:58:00Z',
    published: '2025-01-30T05:48:00Z',
    text: '“I have seen many bills,” she said. Nobody who has ever paid for steel believes the five-million figure. Our estimate is $1.6 billion, says Ada Brandt.\n\nThe city never gave a permit for this, everybody on the quay knows it.',
    said: [
      {
        claim: 'bridge-cost',
        stance: 'disputes',
        speaker: 'Ada Brandt',
        quote:
          'Nobody who has ever paid for steel believes the five-million figure. Our estimate is $1.6 billion, says Ada Brandt.',
        amount: 1.6e9,
      },
      {
        claim: 'no-permit',
        stance: 'supports',
        speaker: null,
        quote: 'The city never gave a permit for this, everybody on the quay knows it.',
      },
      {
        claim: 'bridge-cost',
        stance: 'reports',
        speaker: null,
        quote: 'Nobody believes the five-million figure',
        inTitle: true,
        status: 'candidate',
      },
    ],
  },
  {
    title: '桥梁维修成本之谜',
    outlet: '晨星财经',
    lang: 'zh',
    at: '2025-01-30T08:10:00Z',
    text: '建筑公司称维修成本仅约560万美元，不到同类桥梁的十分之一。',
    said: [
      {
        claim: 'bridge-cost',
        stance: 'reports',
        speaker: '建筑公司',
        quote: '建筑公司称维修成本仅约560万美元，不到同类桥梁的十分之一。',
        amount: 5_600_000,
      },
    ],
  },
];

/** Fills a store with the invented press and its digest of 30 January. */
export async function fillPress(db: Db): Promise<void> {
  const addedAt = Temporal.Instant.from('2025-01-20T09:00:00Z');
  await insertClaims(db, addedAt);
  await insertSources(db, addedAt);
  for (const story of stories) await insertStory(db, story);
  await db
    .insertInto('readers')
    .values([
      {
        id: HOUSE_READER,
        address: null,
        local_time: '07:00',
        zone: 'UTC',
        claims: null,
        empty: 'send',
        is_listed: true,
        added_at: addedAt,
      },
      {
        id: 'me',
        address: 'me@reader.example',
        local_time: '07:00',
        zone: 'UTC',
        claims: null,
        empty: 'send',
        is_listed: true,
        added_at: addedAt,
      },
    ])
    .execute();
  await insertDigest(db, '2025-01-29');
  await insertDigest(db, '2025-01-30');
}

async function insertClaims(db: Db, addedAt: Temporal.Instant): Promise<void> {
  for (const [position, [id, short, statement, rest]] of claims.entries()) {
    const definition = JSON.stringify({ id, short, statement, ...rest });
    await db
      .insertInto('claims')
      .values({ id, position, short, statement, definition, definition_hash: id, is_listed: true, added_at: addedAt })
      .execute();
    await db
      .insertInto('claim_definitions')
      .values({ hash: id, claim_id: id, definition, first_used_at: addedAt })
      .execute();
  }
}

async function insertSources(db: Db, addedAt: Temporal.Instant): Promise<void> {
  const sources = [
    ['harbour', 'Harbour Ledger', 0],
    ['quay', 'Quay Notes', 0],
    ['capital', 'Capital Wire', 3],
  ] as const;
  for (const [position, [id, name, failures]] of sources.entries()) {
    const url = `https://${id}.example/feed.xml`;
    const resourceId = await insertResource(db, { url, failures, addedAt });
    await db
      .insertInto('sources')
      .values({
        id,
        resource_id: resourceId,
        name,
        is_named: true,
        read: 'topics',
        position,
        is_listed: true,
        is_enabled: true,
        added_at: addedAt,
      })
      .execute();
  }
  const pageId = await insertResource(db, { url: 'https://video.example/watch?v=1', failures: 0, addedAt });
  await db
    .insertInto('pages')
    .values({ resource_id: pageId, is_listed: true, is_watched: true, note: 'The builder’s film', added_at: addedAt })
    .execute();
}

type Asked = { readonly url: string; readonly failures: number; readonly addedAt: Temporal.Instant };

async function insertResource(db: Db, { url, failures, addedAt }: Asked): Promise<number> {
  const host = new URL(url).host;
  const asked = Temporal.Instant.from('2025-01-30T06:10:00Z');
  const words = 'The site asks us to sign in (403).';
  const outcome = failures > 0 ? 'refused' : 'unmodified';
  await db.insertInto('hosts').values({ host }).execute();
  const { id } = await db
    .insertInto('resources')
    .values({
      url,
      host,
      first_seen_at: addedAt,
      due_rule: failures > 0 ? 'failing' : 'hourly',
      failure_count: failures,
      last_fetched_at: asked,
      last_outcome: outcome,
      last_error: failures > 0 ? words : null,
      failing_since: failures > 0 ? Temporal.Instant.from('2025-01-29T19:40:00Z') : null,
      next_due_at: Temporal.Instant.from('2025-01-30T09:40:00Z'),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('fetches')
    .values({
      resource_id: id,
      started_at: asked,
      duration_ms: 80,
      outcome,
      is_conditional: true,
      words: failures > 0 ? words : null,
    })
    .execute();
  return id;
}

/** Stores one article with its versions and taggings; gives its id. */
export async function insertStory(db: Db, story: Story): Promise<number> {
  const at = Temporal.Instant.from(story.at);
  const published = story.published ?? null;
  const { id } = await db
    .insertInto('articles')
    .values({
      key: `${story.outlet}/${story.title}`,
      url: `https://press.example/${encodeURIComponent(story.title.slice(0, 20))}`,
      source_id: story.outlet === 'Harbour Ledger' ? 'harbour' : null,
      outlet: story.outlet,
      first_seen_at: at,
      title: story.title,
      lang: story.lang,
      published,
      published_at: published?.includes('T') === true ? Temporal.Instant.from(published) : null,
      text_from: 'page',
      is_kept: true,
      is_relevant: story.isRelevant ?? true,
      topics: ['bridge'],
      search: sql`${writeSearchVector(story.title, story.text)}::tsvector`,
      search_rules: searchRules,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const texts = [...(story.earlierText === undefined ? [] : [story.earlierText]), story.text];
  let versionId = 0;
  for (const [index, text] of texts.entries())
    versionId = await insertVersion(db, { id, story, text, number: index + 1, at });
  await db.updateTable('articles').set({ current_version_id: versionId }).where('id', '=', id).execute();
  for (const said of story.said) await insertSaid(db, { articleId: id, versionId, story, said, at });
  return id;
}

type VersionSeed = {
  readonly id: number;
  readonly story: Story;
  readonly text: string;
  readonly number: number;
  readonly at: Temporal.Instant;
};

async function insertVersion(db: Db, { id, story, text, number, at }: VersionSeed): Promise<number> {
  const row = await db
    .insertInto('versions')
    .values({
      article_id: id,
      number,
      reason: 'page',
      text_from: 'page',
      seen_at: at,
      extractor: '1',
      method: 'article',
      title: story.title,
      byline: 'Mira Castell',
      published: story.published ?? null,
      lang: story.lang,
      text,
      text_hash: `${id}-${number}`,
      problems: '[]',
      corrections: '[]',
      topics: ['bridge'],
      is_relevant: story.isRelevant ?? true,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

type SaidSeed = {
  readonly articleId: number;
  readonly versionId: number;
  readonly story: Story;
  readonly said: Said;
  readonly at: Temporal.Instant;
};

async function insertSaid(db: Db, { articleId, versionId, story, said, at }: SaidSeed): Promise<void> {
  const field = said.inTitle === true ? 'title' : 'text';
  const start = story[field].indexOf(said.quote);
  if (start < 0) throw new Error(`the quote is not in the ${field}: ${said.quote}`);
  const { id } = await db
    .insertInto('taggings')
    .values({
      version_id: versionId,
      article_id: articleId,
      claim_id: said.claim,
      stance: said.stance,
      status: said.status ?? 'tag',
      score: 0.9,
      speaker: said.speaker,
      definition_hash: said.claim,
      engine: '1',
      explain: JSON.stringify({ about: { words: 'the bridge' }, matched: [{ words: said.quote.slice(0, 12) }] }),
      created_at: at,
      first_stored_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const place = { field, start_offset: start, end_offset: start + said.quote.length } as const;
  await db
    .insertInto('evidence')
    .values({ tagging_id: id, position: 0, ...place, quote: said.quote })
    .execute();
  if (said.amount === undefined) return;
  const { amount } = said;
  await db
    .insertInto('quantities')
    .values({
      tagging_id: id,
      position: 0,
      ...place,
      value: amount,
      min: amount,
      max: amount,
      unit: 'USD',
      modifier: 'exact',
      written: `$${amount / 1e6} million`,
    })
    .execute();
}

async function insertDigest(db: Db, date: string): Promise<void> {
  const end = Temporal.Instant.from(`${date}T07:00:00Z`);
  const window = { start: end.subtract({ hours: 24 }), end };
  const head = {
    ledger: 'The Elbe bridge',
    reader: HOUSE_READER,
    date,
    zone: 'UTC',
    window,
    isStored: true,
    claims: null,
  };
  const content = buildDigest(await gatherDigestFacts(db, head));
  await db
    .insertInto('digests')
    .values({
      reader_id: HOUSE_READER,
      date,
      zone: 'UTC',
      window_start: window.start,
      window_end: window.end,
      content: JSON.stringify(content),
      created_at: end,
    })
    .execute();
}
