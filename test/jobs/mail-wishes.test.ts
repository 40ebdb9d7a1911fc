import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepHouse } from '#jobs/keep-house.ts';
import { signLink } from '#src/core/mail/link.ts';
import { requeueDelivery } from '#src/io/db/readers.ts';
import { type MailHouse, openMailHouse } from '#test/support/mail-house.ts';
import { type MailServer, startMailServer } from '#test/support/mail-server.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { describeOnEachKind } from '#test/support/store.ts';

const from = 'ledger@elbe.example';
const readers = [
  { id: 'desk', address: 'desk@reader.example' },
  { id: 'permits', address: 'permits@reader.example', claims: ['no-permit'], dates: 'de' },
];
const web = { publicUrl: 'https://ledger.example/' };
const wish = 'address=new%40reader.example&time=08%3A00&zone=UTC&dates=fr&empty=send&claims=bridge-cost';

describeOnEachKind('What readers decide about their mail', (kind) => {
  let closing: AsyncDisposableStack;
  let server: MailServer;
  let house: MailHouse;

  beforeAll(async () => {
    closing = new AsyncDisposableStack();
    server = closing.use(await startMailServer());
    const postgres = kind === 'server' ? closing.use(await startPostgres()) : null;
    const databaseUrl = postgres === null ? null : await postgres.createDatabase(`wishes-${process.pid}`);
    const digest = { from, subscribe: 'open', readers };
    house = closing.use(await openMailHouse({ digest, web, smtpUrl: server.url, databaseUrl }));
  });
  afterAll(() => closing.disposeAsync());
  beforeEach(() => house.reset());

  /** Sends what is due at an instant; gives the mails that arrived, by the address they went to. */
  async function runAt(instant: string): Promise<ReadonlyMap<string, ParsedMail>> {
    house.setTime(instant);
    server.received.splice(0);
    await house.runDue();
    const mails = new Map<string, ParsedMail>();
    for (const { to, message } of server.received) mails.set(to.join(), await simpleParser(message));
    expect(mails.size).toBe(server.received.length);
    return mails;
  }

  let senderCount = 0;
  /** Each is sent from another address of the network, since one may not ask often. */
  function post(url: string, payload = '', type = 'application/x-www-form-urlencoded') {
    senderCount += 1;
    const headers = { 'content-type': type };
    return house.web.inject({ method: 'POST', url, payload, headers, remoteAddress: `192.0.2.${senderCount}` });
  }

  function pathIn(mail: ParsedMail | undefined, purpose: string): string {
    const path = new RegExp(`https://ledger\\.example(/mail/${purpose}/\\S+)`).exec(mail?.text ?? '')?.[1];
    expect(path, purpose).toBeDefined();
    return path ?? '';
  }

  test('one click stops the mail at once, and "Start again" brings it back', async () => {
    const mails = await runAt('2025-01-30T07:00:00Z');
    expect([...mails.keys()]).toEqual(['desk@reader.example', 'permits@reader.example']);
    const list = (await simpleParser(server.received[0]?.message ?? '')).headerLines;
    const header = (key: string) => list.find((line) => line.key === key)?.line;
    const url = /^List-Unsubscribe: <https:\/\/ledger\.example(\/mail\/stop\/[^>]+)>$/i.exec(
      header('list-unsubscribe')?.replace(/\s+/g, ' ') ?? '',
    )?.[1];
    expect(url).toBe(pathIn(mails.get('desk@reader.example'), 'stop'));
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');

    const looked = await house.web.inject({ url: url ?? '' });
    expect(looked.statusCode).toBe(200);
    expect(load(looked.body)('h1').text()).toBe('Stop the daily mail to d…@reader.example?');
    expect(looked.headers['cache-control']).toBe('no-store');
    expect([...(await runAt('2025-01-31T07:00:00Z')).keys()]).toContain('desk@reader.example');

    for (const times of [1, 2]) {
      const stopped = await post(url ?? '', 'List-Unsubscribe=One-Click');
      expect(stopped.statusCode, `time ${times}`).toBe(200);
      expect(stopped.headers.location).toBeUndefined();
      expect(stopped.headers['set-cookie']).toBeUndefined();
      expect(load(stopped.body)('h1').text()).toBe('Stopped. No mail will be sent from now on.');
    }
    expect([...(await runAt('2025-02-01T07:00:00Z')).keys()]).toEqual(['permits@reader.example']);
    expect(
      await requeueDelivery(house.deps.db, { date: '2025-01-31', readerId: 'desk', now: house.deps.now() }),
    ).toEqual([]);

    const { body } = await house.web.inject({ url: url ?? '' });
    const action = load(body)('form[method=post]').last().attr('action') ?? '';
    expect((await post(action)).statusCode).toBe(200);
    const again = await runAt('2025-02-10T07:00:00Z');
    expect([...again.keys()]).toContain('desk@reader.example');
    // Nine days were stopped: the mail tells of the last day, not of all of them.
    expect(again.get('desk@reader.example')?.text).toContain('Covers Fri 31 Jan, 07:00');
  });

  test('a stop outlives the ledger file, as long as the entry names the same address', async () => {
    const stop = `/mail/stop/${signLink('stop', 'desk', house.deps.linkKeys)}`;
    const body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
    expect((await post(stop, body, 'multipart/form-data; boundary=x')).statusCode).toBe(200);
    await house.reload({ from, readers: [] });
    await house.reload({ from, readers });
    expect([...(await runAt('2025-01-30T07:00:00Z')).keys()]).toEqual(['permits@reader.example']);
    await house.reload({ from, readers: [{ id: 'desk', address: 'someone-else@reader.example' }] });
    expect([...(await runAt('2025-01-31T07:00:00Z')).keys()]).toEqual(['someone-else@reader.example']);
  });

  test('a mail that waits in the outbox is not sent after the stop', async () => {
    await using refusing = await startMailServer(() => ({ code: 451, words: 'later' }));
    const digest = { from, readers: readers.slice(0, 1) };
    await using other = await openMailHouse({ digest, web, smtpUrl: refusing.url });
    other.setTime('2025-01-30T07:00:00Z');
    await other.runDue();
    const url = `/mail/stop/${signLink('stop', 'desk', other.deps.linkKeys)}`;
    expect((await other.web.inject({ method: 'POST', url })).statusCode).toBe(200);
    const rows = await other.deps.db.selectFrom('deliveries').select(['state', 'error', 'next_attempt_at']).execute();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toEqual({ state: 'failed', error: 'The reader stopped the mail', next_attempt_at: null });
    }
  });

  test('a new reader gets one mail to confirm, and nothing else before the answer', async () => {
    expect((await post('/subscribe', wish)).statusCode).toBe(200);
    expect((await post('/subscribe', wish.replace('new%40', 'NEW%40'))).statusCode).toBe(200);
    const asked = await runAt('2025-01-29T12:30:00Z');
    expect([...asked.keys()]).toEqual(['new@reader.example']);
    const confirm = pathIn(asked.get('new@reader.example'), 'confirm');
    expect((await house.web.inject({ url: confirm })).statusCode).toBe(200);
    expect([...(await runAt('2025-01-30T09:00:00Z')).keys()]).not.toContain('new@reader.example');

    expect((await post(confirm)).statusCode).toBe(200);
    await runAt('2025-01-30T09:30:00Z');
    const mail = (await runAt('2025-01-31T08:00:00Z')).get('new@reader.example');
    expect(mail?.subject).toMatch(/^31 janv\.: /);
    expect(mail?.text).toContain('Bridge cost');
    expect(mail?.text).not.toContain('No permit');

    const settings = pathIn(mail, 'settings');
    const form = load((await house.web.inject({ url: settings })).body);
    expect(form('input[name=claims]:checked').attr('value')).toBe('bridge-cost');
    expect((await post(settings, 'time=25%3A00&zone=UTC&dates=fr&empty=send')).statusCode).toBe(422);
    expect((await post(settings, 'time=08%3A00&zone=UTC&dates=en&empty=send')).statusCode).toBe(200);
    const next = (await runAt('2025-02-01T08:00:00Z')).get('new@reader.example');
    expect(next?.text).toContain('No permit');
    expect((await post(pathIn(next, 'stop'))).statusCode).toBe(200);
    expect([...(await runAt('2025-02-02T08:00:00Z')).keys()]).not.toContain('new@reader.example');
  });

  test('who gets the mail by the ledger is not written to, and the form says the same words', async () => {
    const known = await post('/subscribe', wish.replace('new%40', 'DESK%40'));
    const unknown = await post('/subscribe', wish);
    expect(known.body).toBe(unknown.body);
    expect([...(await runAt('2025-01-29T12:30:00Z')).keys()]).toEqual(['new@reader.example']);
  });

  test('one address of the network may ask ten times an hour', async () => {
    const ask = { method: 'POST', url: '/subscribe', payload: wish, remoteAddress: '198.51.100.1' } as const;
    const codes: number[] = [];
    for (let count = 0; count < 11; count += 1) codes.push((await house.web.inject(ask)).statusCode);
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });

  test('an address that never confirms is deleted', async () => {
    await post('/subscribe', wish);
    const path = pathIn((await runAt('2025-01-29T12:30:00Z')).get('new@reader.example'), 'confirm');
    expect((await house.web.inject({ url: path })).statusCode).toBe(200);
    house.setTime('2025-02-06T06:00:00Z');
    await keepHouse({ isThorough: true }, house.deps);
    expect(await house.deps.db.selectFrom('subscriptions').select('address').execute()).toEqual([]);
    expect((await post(path)).statusCode).toBe(404);
  });

  test('a new wish voids the older link, and readers who came from another store keep their names', async () => {
    const { db, now } = house.deps;
    const row = { local_time: '07:00', zone: 'UTC', claims: null, empty: 'send', is_listed: false } as const;
    const other = { id: 'self-1', address: 'other@reader.example', is_subscribed: true, added_at: now(), ...row };
    await db.insertInto('readers').values(other).execute();
    await post('/subscribe', wish);
    const first = pathIn((await runAt('2025-01-29T12:30:00Z')).get('new@reader.example'), 'confirm');
    house.setTime('2025-01-29T19:00:00Z');
    await post('/subscribe', wish);
    const second = pathIn((await runAt('2025-01-29T19:00:00Z')).get('new@reader.example'), 'confirm');
    expect((await post(first)).statusCode).toBe(404);
    for (const times of [1, 2]) expect((await post(second)).statusCode, `time ${times}`).toBe(200);
    const subscribed = db.selectFrom('readers').select('address').where('is_subscribed', '=', true).orderBy('address');
    expect(await subscribed.execute()).toEqual([
      { address: 'new@reader.example' },
      { address: 'other@reader.example' },
    ]);
  });

  test('a closed ledger has no form, and a wrong address gets no mail', async () => {
    for (const payload of [
      wish.replace('new%40', 'a%40b.example%2Cc%40'),
      wish.replace('new%40', 'a%0D%0ABcc%3A%20b%40'),
      '',
    ]) {
      expect((await post('/subscribe', payload)).statusCode).toBe(422);
    }
    await house.reload({ from, readers });
    expect((await house.web.inject({ url: '/subscribe' })).statusCode).toBe(404);
    expect((await post('/subscribe', wish)).statusCode).toBe(404);
    expect(await runAt('2025-01-29T12:30:00Z')).toEqual(new Map());
  });

  test('the links of a mail lead to the digest that was mailed, not to the house’s own', async () => {
    const mail = (await runAt('2025-01-30T07:00:00Z')).get('permits@reader.example');
    expect(mail?.subject).toMatch(/^30\. Jan\.: /);
    expect(mail?.text).not.toContain('/digests/');
    const own = await house.web.inject({ url: pathIn(mail, 'read') });
    expect(own.statusCode).toBe(200);
    const $ = load(own.body);
    expect(mail?.html).toContain($('h1').text());
    expect($('main').text()).not.toContain('Bridge cost');
    expect(own.headers['x-robots-tag']).toBe('noindex');
  });
});

test('the key of the links is a file for its owner only, and stays', async () => {
  await using house = await openMailHouse({ digest: { from, readers }, web, smtpUrl: null });
  const file = join(house.folder.dataDir, 'link-key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toBe(`${house.deps.linkKeys[0]}\n`);
  expect(house.deps.linkKeys[0].length).toBeGreaterThan(40);
});

test('without a public address a mail has no link that could not be followed, and says where it is stopped', async () => {
  await using server = await startMailServer();
  await using house = await openMailHouse({
    digest: { from, readers: readers.slice(0, 1) },
    web: {},
    smtpUrl: server.url,
  });
  house.setTime('2025-01-30T07:00:00Z');
  await house.runDue();
  const mail = await simpleParser(server.received.at(-1)?.message ?? '');
  expect(mail.headerLines.map(({ key }) => key)).not.toContain('list-unsubscribe');
  expect(mail.text).toContain('To change or stop this mail, edit the reader “desk” in ledger.yaml.');
});
