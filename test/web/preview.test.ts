import { load } from 'cheerio';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '#src/web/app.ts';
import { type MailHouse, openMailHouse } from '#test/support/mail-house.ts';
import { pressDeps } from './press.ts';

let house: MailHouse;
const from = 'ledger@elbe.example';
const readers = [{ id: 'desk', address: 'desk@reader.example' }];
const form = { 'content-type': 'application/x-www-form-urlencoded' };

beforeAll(async () => {
  house = await openMailHouse({ digest: { from, readers }, web: {}, smtpUrl: null, door: { token: 'a-token' } });
  house.setTime('2025-01-30T06:00:00Z');
});
afterAll(() => house[Symbol.asyncDispose]());

test('whoever is signed in sees what the next mail would say, and nothing is made or sent', async () => {
  const { web, deps } = house;
  const closed = await web.inject({ url: '/mail/preview/desk' });
  expect(closed.statusCode).toBe(303);
  expect(closed.headers.location).toBe('/sign-in?back=%2Fmail%2Fpreview%2Fdesk');
  const payload = 'token=a-token&name=Ada&back=%2Fmail%2Fpreview';
  const signedIn = await web.inject({ method: 'POST', url: '/sign-in', payload, headers: form });
  const cookie = `${signedIn.headers['set-cookie']}`.split(';')[0] ?? '';
  const read = (url: string) => web.inject({ url, headers: { cookie } });
  expect(load((await read('/mail/preview')).body)('main li a').attr('href')).toBe('/mail/preview/desk');
  const page = await read('/mail/preview/desk');
  expect(page.headers['cache-control']).toBe('private, no-store');
  expect(load(page.body)('dd').first().text()).toMatch(/^30 Jan: \d claims? moved, \d new quotes?$/);
  expect(load(page.body)('pre').text()).toContain('WHAT MOVED');
  const file = await read('/mail/preview/desk/message.eml');
  const mail = await simpleParser(file.rawPayload);
  expect(mail.messageId).toBe('<digest.2025-01-30.desk@elbe.example>');
  expect(load(page.body)('dd').first().text()).toBe(mail.subject);
  expect((await read('/mail/preview/nobody')).statusCode).toBe(404);
  expect(await deps.db.selectFrom('deliveries').selectAll().execute()).toEqual([]);
});

test('without a token the preview is for this machine alone, and not behind another web server', async () => {
  const { db } = house.deps;
  const statusOf = async (publicUrl: string | null, remoteAddress: string): Promise<number> => {
    const web = await buildWeb(pressDeps(db, { publicUrl }));
    const headers = { 'x-forwarded-for': '127.0.0.1' };
    const { statusCode } = await web.inject({ url: '/mail/preview', remoteAddress, headers });
    await web.close();
    return statusCode;
  };
  expect(await statusOf(null, '127.0.0.1')).toBe(200);
  expect(await statusOf(null, '192.0.2.7')).toBe(404);
  expect(await statusOf('https://ledger.example', '127.0.0.1')).toBe(404);
});

test('signing in leads to our own pages only', async () => {
  for (const back of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example/',
  ]) {
    const payload = new URLSearchParams({ token: 'a-token', name: 'Ada', back }).toString();
    const answer = await house.web.inject({ method: 'POST', url: '/sign-in', payload, headers: form });
    expect(new URL(`${answer.headers.location}`, 'https://ledger.example').origin, JSON.stringify(back)).toBe(
      'https://ledger.example',
    );
  }
});
