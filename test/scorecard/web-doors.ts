/** H32 to H38: headers, recipients, tokens, floods, secrets, and who is believed about where they come from. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signLink } from '#src/core/mail/link.ts';
import { openMailer } from '#src/io/mail.ts';
import { buildWeb } from '#src/web/app.ts';
import { runCommand } from '#test/support/house.ts';
import { startMailServer } from '#test/support/mail-server.ts';
import { pressDeps } from '#test/web/press.ts';
import type { ScoreTest } from './score.ts';
import type { WebGround } from './web-ground.ts';

/** Answers to wrong tokens are timed this often, in turns; their medians must lie this near. */
const timedRounds = 150;
const spreadMax = 1.35;
/** A request that never ends is cut off within this. */
const slowMsMax = 20_000;

export const webDoorTests: readonly ScoreTest<WebGround>[] = [
  {
    id: 'H34',
    holds: 'a wrong token is a page that is not there, and takes the same time however wrong it is',
    fails: 'an answer or its time tells which readers there are',
    run: async ({ house }) => {
      const { linkKeys } = house.deps;
      const token = signLink('stop', 'me', linkKeys);
      const wrong = {
        'one bit': `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.slice(-1)}`,
        cut: token.slice(0, -1),
        "another reader's": token.replace(/^me/, 'permits'),
        'nobody’s': `nobody${token.slice(2)}`,
        'for another purpose': signLink('start', 'me', linkKeys),
      };
      const times = new Map<string, number[]>();
      for (let round = 0; round < timedRounds; round += 1) {
        for (const [name, text] of Object.entries(wrong)) {
          const startedAt = performance.now();
          const { statusCode } = await house.web.inject({ method: 'POST', url: `/mail/stop/${text}` });
          times.set(name, [...(times.get(name) ?? []), performance.now() - startedAt]);
          assert.equal(statusCode, 404, name);
        }
      }
      for (const text of ['', 'x'.repeat(10_000), `me.${'A'.repeat(10_000)}`, '.', '%00']) {
        assert.equal(
          (await house.web.inject({ method: 'POST', url: `/mail/stop/${text}` })).statusCode,
          404,
          text.slice(0, 20),
        );
      }
      const medians = [...times.values()].map(
        (list) => list.toSorted((one, other) => one - other)[timedRounds >> 1] ?? 0,
      );
      const spread = Math.max(...medians) / Math.min(...medians);
      assert.ok(spread < spreadMax, `medians differ by a factor of ${spread.toFixed(2)}`);
      const stops = await house.deps.db.selectFrom('mail_stops').selectAll().execute();
      assert.deepEqual(stops, []);
    },
  },
  {
    id: 'H35',
    holds:
      'looking at the link changes nothing; one POST stops, without cookie, login or redirect, and may be repeated',
    fails: 'a link scanner stops the mail, or a mail program cannot',
    run: async ({ house, get }) => {
      const url = `/mail/stop/${signLink('stop', 'me', house.deps.linkKeys)}`;
      const countStops = async () => (await house.deps.db.selectFrom('mail_stops').selectAll().execute()).length;
      const page = await get(url);
      await house.web.inject({ method: 'HEAD', url });
      assert.match(page.body, /Stop the daily mail to m…@reader\.example\?/);
      assert.equal(await countStops(), 0);
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const headers = { 'content-type': type, origin: 'https://mail.example' };
        const answer = await house.web.inject({ method: 'POST', url, headers, payload: 'List-Unsubscribe=One-Click' });
        assert.equal(answer.statusCode, 200, type);
        assert.equal(answer.headers.location, undefined);
        assert.equal(answer.headers['set-cookie'], undefined);
        assert.equal(await countStops(), 1);
      }
    },
  },
  {
    id: 'H36',
    holds: 'a flood meets 429, a large body 413, a slow request 408; page numbers are bounded',
    fails: 'one visitor keeps the service busy',
    run: async ({ house, get, origin, port }) => {
      const { pressBusy, close } = await openBusy(house);
      assert.equal(await pressBusy(), 429);
      await close();
      const large = await fetchStatus(`${origin}/subscribe`, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024) });
      assert.equal(large, 413);
      assert.match(await sendSlowly(port), /^HTTP\/1\.1 408 /);
      const startedAt = performance.now();
      for (const path of [
        '/sources?page=10000&cited=10000',
        '/claims?page=10000',
        '/articles?cursor=zzzz',
        '/api/v1/articles?limit=200',
      ]) {
        assert.ok([200, 400, 404].includes((await get(path)).statusCode), path);
      }
      assert.equal((await get('/api/v1/articles?limit=10000')).statusCode, 400);
      assert.ok(performance.now() - startedAt < 5_000, 'a page number costs seconds');
    },
  },
  {
    id: 'H37',
    holds: 'no password, token, address of a database or line of code in a page, a message or a log',
    fails: 'an error tells what it was told',
    run: async ({ house }) => {
      const secret = 'pass-word-4711';
      const failing = await buildWeb(
        pressDeps(house.deps.db, {
          now: () => {
            throw new Error(`Cannot connect to postgres://user:${secret}@db.example`);
          },
        }),
      );
      for (const url of ['/', '/claims', '/api/v1/claims', '/sources']) {
        const { statusCode, body } = await failing.inject({ url });
        assert.equal(statusCode, 500, url);
        assert.doesNotMatch(body, /pass-word|postgres|Error|\.ts\b|node_modules/, url);
      }
      await failing.close();
      const env = {
        ...house.folder.env,
        DATABASE_URL: `postgres://user:${secret}@127.0.0.1:9/none`,
        LOG_LEVEL: 'trace',
      };
      const said = await runCommand({ ...house.folder, env }, ['doctor']);
      assert.equal(said.code, 1);
      assert.doesNotMatch(`${said.out}${said.err}`, new RegExp(secret));
      await using server = await startMailServer(() => null, {
        disabledCommands: ['STARTTLS'],
        onAuth: (_auth, _session, done) => done(new Error('no such user')),
      });
      const mailer = openMailer({
        smtpUrl: server.url.replace('//', `//user:${secret}@`),
        outboxDir: house.folder.path,
      });
      const message = new TextEncoder().encode('Subject: x\r\n\r\ny\r\n');
      const outcome = await mailer.send({ from: 'a@b.example', to: 'c@d.example', name: 'x', message });
      mailer.close();
      assert.equal(outcome.kind, 'refused');
      assert.doesNotMatch(JSON.stringify(outcome), new RegExp(`${secret}|${Buffer.from(secret).toString('base64')}`));
    },
  },
  {
    id: 'H38',
    holds: 'X-Forwarded-For and its like decide nothing',
    fails: 'a header opens a door, or a flood changes its name with each request',
    run: async ({ house, get }) => {
      const headers = {
        'x-forwarded-for': '127.0.0.1',
        forwarded: 'for=127.0.0.1',
        'x-real-ip': '127.0.0.1',
        'x-forwarded-host': 'evil.example',
      };
      for (const path of ['/', '/livez', '/readyz', '/metrics', '/jobs', '/review', '/api/openapi.json']) {
        const [plain, forged] = [await get(path), await get(path, headers)];
        assert.equal(forged.statusCode, plain.statusCode, path);
        assert.doesNotMatch(forged.body, /evil\.example\/(?!x)/, path);
      }
      const { pressBusy, close } = await openBusy(house, (index) => ({
        'x-forwarded-for': `10.0.${index >> 8}.${index & 255}`,
      }));
      assert.equal(await pressBusy(), 429);
      await close();
    },
  },
];

/** A server of its own that is asked as fast as it answers, up to ten seconds of 200 requests each. */
async function openBusy(
  house: WebGround['house'],
  headersOf: (index: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<{ readonly pressBusy: () => Promise<number>; readonly close: () => Promise<void> }> {
  const busy = await buildWeb(pressDeps(house.deps.db));
  return {
    pressBusy: async () => {
      let last = 200;
      for (let index = 0; index < 2_000 && last === 200; index += 1) {
        last = (await busy.inject({ url: '/icon.svg', headers: headersOf(index) })).statusCode;
      }
      return last;
    },
    close: async () => void (await busy.close()),
  };
}

async function fetchStatus(url: string, init: RequestInit): Promise<number> {
  return (await fetch(url, init)).status;
}

/** Sends a header a second and never an end; gives what the server says before it hangs up. */
async function sendSlowly(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const said: string[] = [];
  socket.on('data', (chunk) => said.push(chunk.toString('latin1')));
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  const closed = once(socket, 'close').then(() => true);
  const startedAt = performance.now();
  for (let count = 0; performance.now() - startedAt < slowMsMax; count += 1) {
    if (!socket.destroyed) socket.write(`X-${count}: y\r\n`);
    if (await Promise.race([closed, sleep(1_000).then(() => false)])) return said.join('');
  }
  socket.destroy();
  return `nothing within ${slowMsMax / 1_000} s`;
}
