import { expect, test } from 'vitest';
import { HOUSE_READER } from '#src/config/schema.ts';
import { planRetry, type SendingOutcome } from '#src/core/mail/delivery.ts';
import { blockHost } from '#src/io/db/hosts.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import {
  findFirstLookEnd,
  finishDelivery,
  insertDelivery,
  insertDigest,
  listDueDeliveries,
  listReaders,
  requeueDelivery,
  suspendReader,
  takeDelivery,
} from '#src/io/db/readers.ts';
import { upsertResource } from '#src/io/db/resources.ts';
import type { Db } from '#src/io/db/store.ts';
import { sampleDigest } from '#test/core/digest/sample.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const now = Temporal.Instant.from('2025-01-30T07:00:00Z');
const message = new Uint8Array([0, 13, 10, 255, 128]);
const patience = Temporal.Duration.from({ minutes: 30 });

/** A digest of the desk with its mail in the outbox; gives the delivery. */
async function freeze(db: Db): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const digestId = await insertDigest(tx, sampleDigest({ reader: 'desk' }), now);
    if (digestId === null) throw new Error('not inserted');
    const mail = {
      readerId: 'desk',
      date: '2025-01-30',
      address: 'desk@river.example',
      messageId: '<1@river>',
      message,
    };
    return await insertDelivery(tx, { ...mail, digestId }, now);
  });
}

/** Takes a delivery and writes what became of it; gives its state, or null when it was not to be had. */
async function tryToSend(db: Db, id: number, at: Temporal.Instant, outcome: SendingOutcome): Promise<string | null> {
  const delivery = await takeDelivery(db, id, at);
  if (delivery === null) return null;
  const { attemptCount, isDoubtful } = delivery;
  const result = planRetry(outcome, { attemptCount, isDoubtful, now: at });
  expect(await finishDelivery(db, id, { ...result, attemptCount, now: at })).toBe(true);
  return result.state;
}

const busy: SendingOutcome = { kind: 'refused', code: 451, words: 'try later', isFinal: false };
const lost: SendingOutcome = { kind: 'unsure', words: 'connection lost' };

describeOnBothStores('readers', (open) => {
  test('a digest stands once per reader and date, as it was frozen', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const content = sampleDigest({ reader: 'desk' });
    const insert = () => db.transaction().execute((tx) => insertDigest(tx, content, now));
    expect(await insert()).toBe(1);
    expect(await insert()).toBeNull();
    const [row, ...others] = await db.selectFrom('digests').selectAll().execute();
    expect(others).toEqual([]);
    expect(row?.content).toEqual(content);
    expect(row?.date).toBe('2025-01-30');
    const [house, desk] = await listReaders(db);
    expect(house).toMatchObject({ id: HOUSE_READER, address: null, lastDate: null });
    expect(desk).toMatchObject({
      id: 'desk',
      lastDate: '2025-01-30',
      lastEnd: Temporal.Instant.from(content.window.end),
    });
  });

  test('a mail is taken by one, as the bytes that were frozen, and is finished once', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const id = await freeze(db);
    expect(await listDueDeliveries(db, now)).toEqual([id]);
    const taken = await takeDelivery(db, id, now);
    expect(taken).toMatchObject({ messageId: '<1@river>', attemptCount: 1, isDoubtful: false });
    expect(Buffer.from(taken?.message ?? []).equals(message)).toBe(true);
    expect(await takeDelivery(db, id, now)).toBeNull();
    expect(await listDueDeliveries(db, now.add({ seconds: 119 }))).toEqual([]);
    const written = { state: 'written', attemptCount: 1, reply: null, error: null, nextAttemptAt: null, now } as const;
    expect(await finishDelivery(db, id, written)).toBe(true);
    expect(await finishDelivery(db, id, written)).toBe(false);
    expect(await listDueDeliveries(db, now.add({ hours: 48 }))).toEqual([]);
  });

  test('a mail that was left in the middle is in doubt after its lease, and its late sender decides nothing', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const id = await freeze(db);
    await takeDelivery(db, id, now);
    const afterLease = now.add({ seconds: 121 });
    expect(await listDueDeliveries(db, afterLease)).toEqual([id]);
    expect(await takeDelivery(db, id, afterLease)).toMatchObject({ attemptCount: 2, isDoubtful: true });
    const late = { state: 'sent', attemptCount: 1, reply: 'ok', error: null, nextAttemptAt: null, now } as const;
    expect(await finishDelivery(db, id, late)).toBe(false);
    expect(await finishDelivery(db, id, { ...late, attemptCount: 2 })).toBe(true);
  });

  test('a busy server is asked again later, and doubts that repeat end with a person', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const id = await freeze(db);
    expect(await tryToSend(db, id, now, busy)).toBe('pending');
    expect(await tryToSend(db, id, now.add({ minutes: 4 }), busy)).toBeNull();
    expect(await tryToSend(db, id, now.add({ minutes: 5 }), lost)).toBe('in-doubt');
    const later = now.add({ hours: 5 });
    expect(await tryToSend(db, id, later, lost)).toBe('in-doubt');
    expect(await listDueDeliveries(db, later.add({ hours: 24 * 30 }))).toEqual([]);
    expect(await requeueDelivery(db, { date: '2025-01-30', readerId: 'other', now: later })).toEqual([]);
    expect(await requeueDelivery(db, { date: '2025-01-30', readerId: null, now: later })).toEqual([id]);
    expect(await listDueDeliveries(db, later)).toEqual([id]);
  });

  test('a suspended reader is listed with the reason', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    await suspendReader(db, 'desk', '550 no such user', now);
    expect((await listReaders(db)).map(({ suspendedReason }) => suspendedReason)).toEqual([null, '550 no such user']);
  });

  test('the first look lasts until nothing waits for its first visit, or until patience is over', async () => {
    const { db } = await open();
    const look = (at: Temporal.Instant) => findFirstLookEnd(db, { now: at, patience });
    expect(await look(now)).toBeNull();
    await storeLedger(db, makeLedger(), now);
    const soon = now.add({ minutes: 5 });
    expect(await look(soon)).toBeNull();
    expect(await look(now.add(patience))).toEqual(now.add(patience));
    await db.updateTable('resources').set({ last_fetched_at: now, next_due_at: soon }).execute();
    expect(await look(soon)).toEqual(soon);
    await upsertResource(db, 'https://slow.example/story', { dueAt: now, now });
    expect(await look(soon)).toBeNull();
    await blockHost(db, 'slow.example:443', now.add({ hours: 5 }));
    expect(await look(soon)).toEqual(soon);
    await db.transaction().execute((tx) => insertDigest(tx, sampleDigest(), soon));
    expect(await look(now.add({ hours: 9 }))).toEqual(Temporal.Instant.from('2025-01-30T07:00:00Z'));
  });
});
