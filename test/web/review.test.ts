import { load } from 'cheerio';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openImage, type Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { migratedImage } from '#test/support/store.ts';
import { fillPress, now, pressDeps } from './press.ts';

const token = 'a long secret of the operator';

let store: Store;
let app: FastifyInstance;
let time = now;

beforeAll(async () => {
  store = await openImage(await migratedImage(), null);
  await fillPress(store.db);
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  time = now;
  await store.db.deleteFrom('verdicts').execute();
  app = await buildWeb(pressDeps(store.db, { token, now: () => time }));
});
afterEach(() => app.close());

async function send(url: string, form: Readonly<Record<string, string>>, cookie = '') {
  const payload = new URLSearchParams(form).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(cookie === '' ? {} : { cookie }) };
  const options: InjectOptions = { method: 'POST', url, payload, headers };
  return await app.inject(options);
}

async function read(url: string, cookie = '') {
  const answer = await app.inject({ url, headers: cookie === '' ? {} : { cookie } });
  return { status: answer.statusCode, headers: answer.headers, $: load(answer.body) };
}

async function signIn(name = 'Ada Brandt'): Promise<string> {
  const answer = await send('/sign-in', { token, name, back: '/review' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/review']);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

async function verdicts() {
  const rows = await store.db.selectFrom('verdicts').selectAll().orderBy('id').execute();
  return rows.map((row) => [row.claim_id, row.verdict, row.new_stance, row.given_by, row.undone_at !== null]);
}

test('without signing in the review can be read and not answered, and the header says how much waits', async () => {
  const { $ } = await read('/review');
  expect($('.card')).toHaveLength(1);
  expect($('nav a[aria-current]').text()).toBe('Review 1 waiting');
  expect($('.answers')).toHaveLength(0);
  expect($('main a[href^="/sign-in"]').text()).toBe('Sign in');
  expect($('.sub').text()).toContain('1 quote the rules were not sure about.');
  expect($('.card mark').text().length).toBeGreaterThan(10);
  expect((await read('/')).$('nav a[href="/review"]').text()).toBe('Review 1 waiting');
});

test('a person signs in, answers, lands on the page again, sees it counted, and takes it back', async () => {
  const cookie = await signIn();
  const { $, headers } = await read('/review', cookie);
  expect(headers['cache-control']).toBe('private, no-store');
  const csrf = String($('.answers input[name=csrf]').attr('value'));
  const action = String($('.answers').attr('action'));
  expect($('.answers .filled').text()).toBe('Yes: Reports');
  const answer = await send(action, { csrf, answer: 'disputes' }, cookie);
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/review']);
  const after = await read('/review', cookie);
  expect(after.$('.card')).toHaveLength(0);
  expect(after.$('[role=status]').text()).toContain('Saved: disputes.');
  expect(after.$('nav a[href="/review"]').text()).toBe('Review');
  expect(await verdicts()).toEqual([['bridge-cost', 'stance', 'disputes', 'Ada Brandt', false]]);
  const claim = await read('/claims/bridge-cost');
  expect(claim.$('figcaption').text()).toContain('stance set by Ada Brandt');
  const undone = await send('/review/undo', { csrf }, cookie);
  expect(undone.headers.location).toMatch(/^\/review#q\d+$/);
  expect(await verdicts()).toEqual([['bridge-cost', 'stance', 'disputes', 'Ada Brandt', true]]);
  expect((await read('/review', cookie)).$('.card')).toHaveLength(1);
});

test('the cookie is signed, hidden from scripts, and never sent from other sites', async () => {
  const answer = await send('/sign-in', { token, name: 'Ada', back: '/review' });
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(token);
  const [value = ''] = cookie.split(';');
  const [payload = '', signature = ''] = value.replace('claimledger=', '').split('.');
  const forged = Buffer.from(JSON.stringify({ name: 'Eve', at: now.epochMilliseconds })).toString('base64url');
  for (const bad of [`${forged}.${signature}`, `${payload}.`, payload, `${payload}.${signature}.x`, '.', '%']) {
    expect((await read('/review', `claimledger=${bad}`)).$('.answers'), bad).toHaveLength(0);
  }
  expect((await read('/review', value)).$('.answers')).toHaveLength(1);
  time = now.add({ hours: 12 });
  expect((await read('/review', value)).$('.answers')).toHaveLength(0);
});

test('a session ends with the token that made it', async () => {
  const cookie = await signIn();
  await using other = await buildWeb(pressDeps(store.db, { token: 'another secret', now: () => time }));
  const answer = await other.inject({ url: '/review', headers: { cookie } });
  expect(load(answer.body)('.answers')).toHaveLength(0);
});

test('nothing is written without the cookie, without the form, or with another’s form', async () => {
  const ada = await signIn('Ada');
  time = now.add({ seconds: 1 });
  const ben = await signIn('Ben');
  const page = await read('/review', ben);
  const csrf = String(page.$('.answers input[name=csrf]').attr('value'));
  const action = String(page.$('.answers').attr('action'));
  const anonymous = await send(action, { csrf, answer: 'reject' });
  expect([anonymous.statusCode, anonymous.headers.location]).toEqual([303, '/sign-in?back=%2Freview']);
  expect((await send(action, { csrf, answer: 'reject' }, ada)).statusCode).toBe(403);
  expect((await send(action, { csrf: '', answer: 'reject' }, ada)).statusCode).toBe(403);
  expect((await send(action, { answer: 'reject' }, ada)).statusCode).toBe(404);
  expect((await send('/review/undo', { csrf }, ada)).statusCode).toBe(403);
  expect((await app.inject({ method: 'GET', url: action, headers: { cookie: ben } })).statusCode).toBe(404);
  expect(await verdicts()).toEqual([]);
  expect((await send('/review/999', { csrf, answer: 'reject' }, ben)).statusCode).toBe(404);
  expect((await send(action, { csrf, answer: 'true' }, ben)).statusCode).toBe(404);
  expect(await verdicts()).toEqual([]);
});

test('a wrong token is refused in words, ten times a minute and no more', async () => {
  const answer = await send('/sign-in', { token: 'guess', name: 'Eve', back: '/review' });
  expect(answer.statusCode).toBe(403);
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(load(answer.body)('[role=alert]').text()).toBe('This is not the token of this service.');
  for (let count = 0; count < 9; count += 1) await send('/sign-in', { token: 'guess', name: 'Eve', back: '/' });
  expect((await send('/sign-in', { token, name: 'Eve', back: '/' })).statusCode).toBe(429);
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  'signing in leads to a page of ours and not to %s',
  async (back) => {
    const answer = await send('/sign-in', { token, name: 'Ada', back });
    expect(answer.headers.location).toBe('/review');
  },
);

test('without a token nobody can sign in, and the page says what helps', async () => {
  await using closed = await buildWeb(pressDeps(store.db));
  const payload = new URLSearchParams({ token: '', name: 'Eve', back: '/' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await closed.inject({ method: 'POST', url: '/sign-in', payload, headers });
  expect(answer.statusCode).toBe(403);
  expect(answer.headers['set-cookie']).toBeUndefined();
  const page = load((await closed.inject({ url: '/review' })).body);
  expect(page('main').text()).toContain('start the service with CLAIMLEDGER_TOKEN');
  expect(page('form[method=post]')).toHaveLength(0);
});
