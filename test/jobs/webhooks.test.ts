import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { sendWebhook } from '#jobs/send-webhook.ts';
import { tellWebhooks } from '#jobs/tell-webhooks.ts';
import { defaultFetchLimits } from '#src/core/fetch/limits.ts';
import { upsertResource } from '#src/io/db/resources.ts';
import { listDueWebhooks, listWebhooks, requeueWebhook } from '#src/io/db/webhooks.ts';
import { openDoor } from '#src/io/http/door.ts';
import { openArchive } from '#test/support/archive.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const secret = 'a secret between two programs';
const statement =
  'Riverton Water poisoned the lake last spring. Fishermen left the lake at once, people said on Monday.';

type Seen = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** A program that is told things and answers with the statuses it is given, then with 200. */
async function startListener(statuses: number[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    seen.push({ headers: request.headers, body: await text(request) });
    response.writeHead(statuses.shift() ?? 200, { location: 'http://127.0.0.1:9/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on the loopback');
  const host = `127.0.0.1:${address.port}`;
  return {
    seen,
    host,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function openGuarded(allowPrivate: readonly string[]) {
  return openDoor({ userAgent: 'claimledger/0', limits: defaultFetchLimits, allowPrivate });
}

describeOnBothStores('webhooks', (open) => {
  test('tell of moved claims, gone quotes and silent sources once, signed, tried again and sent anew', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await using listener = await startListener([500, 302]);
    await using http = openGuarded([listener.host]);
    const hook = { id: 'desk', url: `http://${listener.host}/hook` };
    await archive.rule({ webhooks: [hook] });
    const { signal } = archive.deps;
    const deps = { ...archive.deps, http, config: { webhookSecret: secret }, signal };
    const tell = async () => (await tellWebhooks({}, deps))['told'];
    const sendDue = async (): Promise<void> => {
      for (const deliveryId of await listDueWebhooks(db, deps.now())) await sendWebhook({ deliveryId }, deps);
    };
    const key = 'post.example/spill';
    await archive.keep(statement, { key });
    archive.move({ minutes: 1 });
    // What was there before the hook is no news for it.
    expect(await tell()).toBe(0);
    archive.move({ minutes: 1 });
    await archive.keep('Riverton Water denied that it poisoned the lake.', {
      key: 'other.example/denial',
      outlet: 'Other',
    });
    archive.move({ minutes: 1 });
    expect(await tell()).toBe(1);
    expect(await tell()).toBe(0);
    await sendDue();
    expect(listener.seen).toHaveLength(1);
    await sendDue();
    expect(listener.seen).toHaveLength(1);
    archive.move({ minutes: 1 });
    await sendDue();
    // A redirect is no success and is not followed.
    expect((await listWebhooks(db))[0]).toMatchObject({ state: 'pending', attempt_count: 2, error: 'answered 302' });
    archive.move({ minutes: 2 });
    await sendDue();
    expect((await listWebhooks(db))[0]).toMatchObject({ state: 'sent', attempt_count: 3, error: null });
    const [first, , third] = listener.seen;
    expect(third?.body).toBe(first?.body);
    const body = JSON.parse(third?.body ?? '');
    expect(body).toMatchObject({ event: 'claim-moved', claim: 'poisoned', before: { supports: 1, disputes: 0 } });
    expect(body.reasons.join()).toContain('“disputes” appeared for the first time.');
    for (const { headers, body: said } of listener.seen) {
      const [, seconds = '', given = ''] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['claimledger-signature'])) ?? [];
      expect(createHmac('sha256', secret).update(`${seconds}.${said}`).digest('hex')).toBe(given);
    }
    expect(first?.headers['claimledger-signature']).not.toBe(third?.headers['claimledger-signature']);
    expect(first?.headers['claimledger-delivery']).toBe(third?.headers['claimledger-delivery']);

    await archive.keep(
      'Nothing of this was said about the lake by Riverton Water; the text was taken back on Tuesday.',
      { key },
    );
    archive.move({ minutes: 1 });
    await tell();
    await sendDue();
    const gone = listener.seen.map((each) => JSON.parse(each.body)).find(({ event }) => event === 'quote-gone');
    expect(gone).toMatchObject({ claim: 'poisoned', quote: expect.stringContaining('poisoned the lake') });

    const count = listener.seen.length;
    expect(await requeueWebhook(db, 1, deps.now())).toBe(true);
    await sendDue();
    expect(listener.seen).toHaveLength(count + 1);
    expect(listener.seen.at(-1)?.body).toBe(first?.body);
    expect(await requeueWebhook(db, 999, deps.now())).toBe(false);
  });

  test('a source falls silent once, by its own measure', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.rule({ webhooks: [{ id: 'desk', url: 'https://hook.example/', events: ['source-silent'] }] });
    const deps = { ...archive.deps };
    const source = await db.selectFrom('sources').select('id').executeTakeFirstOrThrow();
    const resource = await upsertResource(db, 'https://post.example/a', { dueAt: deps.now(), now: deps.now() });
    for (let at = 0; at < 6; at += 1) {
      const seenAt = deps.now().add({ hours: 12 * at });
      const row = { source_id: source.id, key: `entry ${at}`, resource_id: resource, title: 'An entry', authors: '[]' };
      await db
        .insertInto('items')
        .values({ ...row, first_seen_at: seenAt, last_seen_at: seenAt, is_wanted: false, is_judged: false })
        .execute();
    }
    await tellWebhooks({}, deps);
    archive.move({ hours: 12 * 5 + 71 });
    expect(await tellWebhooks({}, deps)).toEqual({ told: 0 });
    archive.move({ hours: 2 });
    expect(await tellWebhooks({}, deps)).toEqual({ told: 1 });
    archive.move({ hours: 24 });
    await tellWebhooks({}, deps);
    expect(await listWebhooks(db)).toHaveLength(1);
  });

  test('nothing is posted to a private host that the ledger does not name, nor without a secret', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await using listener = await startListener([]);
    await using http = openGuarded([]);
    await archive.rule({ webhooks: [{ id: 'desk', url: `http://${listener.host}/hook` }] });
    const deps = { ...archive.deps, http, config: { webhookSecret: secret } };
    await tellWebhooks({}, deps);
    archive.move({ minutes: 1 });
    await archive.keep(statement);
    archive.move({ minutes: 1 });
    await tellWebhooks({}, deps);
    await sendWebhook({ deliveryId: 1 }, deps);
    expect((await listWebhooks(db))[0]).toMatchObject({ state: 'pending', attempt_count: 1 });
    archive.move({ minutes: 1 });
    await sendWebhook({ deliveryId: 1 }, { ...deps, config: { webhookSecret: null } });
    expect((await listWebhooks(db))[0]).toMatchObject({ state: 'failed' });
    expect(listener.seen).toEqual([]);
    expect(makeLedger().webhooks).toEqual([]);
  });
});
