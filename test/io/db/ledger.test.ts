import { expect, test } from 'vitest';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { definitionHash } from '#src/core/tagging/tagging.ts';
import { findLedger, sourceId, storeLedger } from '#src/io/db/ledger.ts';
import { suspendReader } from '#src/io/db/readers.ts';
import { countDue } from '#src/io/db/resources.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const now = Temporal.Instant.from('2025-02-03T09:00:00Z');
const later = now.add({ hours: 1 });

describeOnBothStores('ledger', (open) => {
  test('the same content is one revision, other content the next', async () => {
    const { db } = await open();
    expect(await findLedger(db)).toBeNull();
    expect(await storeLedger(db, makeLedger(), now)).toMatchObject({ revision: 1 });
    expect(await storeLedger(db, makeLedger(), later)).toMatchObject({ revision: 1 });
    expect(await storeLedger(db, makeLedger({ name: 'Other' }), later)).toMatchObject({ revision: 2 });
    expect(await findLedger(db)).toMatchObject({ revision: 2, ledger: { name: 'Other' } });
    expect(await storeLedger(db, makeLedger(), later)).toMatchObject({ revision: 3 });
  });

  test('comes back as it went in: the same rules under the same key', async () => {
    const { db } = await open();
    const inForce = await storeLedger(db, makeLedger(), now);
    const stored = await findLedger(db);
    if (stored === null) throw new Error('not stored');
    expect(stored.ledger).toEqual(makeLedger());
    expect(rulesKeyOf(stored.ledger)).toBe(rulesKeyOf(inForce.ledger));
    expect(stored.ledger.claims.map(definitionHash)).toEqual(inForce.ledger.claims.map(definitionHash));
  });

  test('several processes that start with one file make one revision and one row of each thing', async () => {
    const { db } = await open();
    const starts = Array.from({ length: 4 }, () => storeLedger(db, makeLedger(), now));
    expect((await Promise.all(starts)).map(({ revision }) => revision)).toEqual([1, 1, 1, 1]);
    for (const table of ['sources', 'pages'] as const) {
      expect(await db.selectFrom(table).select('is_listed').execute(), table).toEqual([{ is_listed: true }]);
    }
    expect(await db.selectFrom('claims').select('id').execute()).toHaveLength(3);
    expect(await db.selectFrom('readers').select('id').orderBy('id').execute()).toEqual([
      { id: 'desk' },
      { id: 'house' },
    ]);
  });

  test('what leaves the file is watched no more and stays in the store; what comes back is the same row', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    await db.updateTable('resources').set({ last_fetched_at: now }).execute();
    await storeLedger(db, makeLedger({ sources: [], pages: [], digest: {} }), later);
    expect(await countDue(db, later)).toBe(0);
    expect(await db.selectFrom('sources').select('is_listed').execute()).toEqual([{ is_listed: false }]);
    expect(await db.selectFrom('readers').select('id').where('is_listed', '=', true).execute()).toEqual([
      { id: 'house' },
    ]);
    await storeLedger(db, makeLedger(), later);
    expect(await db.selectFrom('sources').select(['id', 'is_listed']).execute()).toEqual([
      { id: sourceId('https://post.example/feed'), is_listed: true },
    ]);
    expect(await countDue(db, later)).toBe(2);
  });

  test('one address listed twice is one source, and a source that is off is not due', async () => {
    const { db } = await open();
    const sources = [
      { url: 'https://post.example/feed' },
      { url: 'https://post.example/feed#top' },
      { url: 'https://quay.example/feed', enabled: false },
    ];
    await storeLedger(db, makeLedger({ sources, pages: [] }), now);
    const rows = await db.selectFrom('sources').select(['id', 'is_enabled', 'position']).orderBy('position').execute();
    expect(rows).toEqual([
      { id: sourceId('https://post.example/feed'), is_enabled: true, position: 0 },
      { id: sourceId('https://quay.example/feed'), is_enabled: false, position: 2 },
    ]);
    expect(await countDue(db, now)).toBe(1);
  });

  test('two addresses whose hashes begin alike are two sources, and each keeps its id', async () => {
    const { db } = await open();
    const [one, other] = findAlike();
    const listed = async () => {
      const rows = await db.selectFrom('sources').innerJoin('resources', 'resources.id', 'sources.resource_id');
      return new Map((await rows.select(['url', 'sources.id']).execute()).map((row) => [row.url, row.id]));
    };
    await storeLedger(db, makeLedger({ sources: [{ url: one }] }), now);
    await storeLedger(db, makeLedger({ sources: [{ url: other }, { url: one }] }), later);
    const ids = await listed();
    expect(ids.get(one)).toBe(sourceId(one));
    expect(ids.get(other)).toBe(sourceId(other, 12));
    await storeLedger(db, makeLedger({ sources: [{ url: other }] }), later);
    expect(await listed()).toEqual(ids);
  });

  test('a changed claim keeps both its definitions', async () => {
    const { db } = await open();
    const { claims } = makeLedger();
    const [first, ...others] = claims;
    await storeLedger(db, makeLedger(), now);
    await storeLedger(db, makeLedger({ claims: [{ ...first, within: '2 sentences' }, ...others] }), later);
    const rows = await db.selectFrom('claim_definitions').select('hash').where('claim_id', '=', 'poisoned').execute();
    expect(rows).toHaveLength(2);
  });

  test('a reader whose address was refused is sent to again when the ledger gives another one', async () => {
    const { db } = await open();
    const withAddress = (address: string) => makeLedger({ digest: { readers: [{ id: 'desk', address }] } });
    const findSuspended = async () =>
      (await db.selectFrom('readers').select('suspended_reason').where('id', '=', 'desk').executeTakeFirst())
        ?.suspended_reason;
    await storeLedger(db, withAddress('old@example.org'), now);
    await suspendReader(db, 'desk', 'no such mailbox', now);
    await storeLedger(db, withAddress('old@example.org'), later);
    expect(await findSuspended()).toBe('no such mailbox');
    await storeLedger(db, withAddress('new@example.org'), later);
    expect(await findSuspended()).toBeNull();
  });
});

/** Two addresses of one host with the same short id; among 100,000 there are hundreds of such pairs. */
function findAlike(): readonly [string, string] {
  const seen = new Map<string, string>();
  for (let at = 0; at < 100_000; at += 1) {
    const url = `https://post.example/feed/${at}`;
    const before = seen.get(sourceId(url));
    if (before !== undefined) return [before, url];
    seen.set(sourceId(url), url);
  }
  throw new Error('no two addresses are alike');
}
