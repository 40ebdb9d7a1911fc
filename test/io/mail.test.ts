import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, expect, test } from 'vitest';
import { composeMail, type MailDraft, openMailer } from '#src/io/mail.ts';
import { type MailAnswer, type MailServer, startMailServer } from '#test/support/mail-server.ts';

const draft: MailDraft = {
  from: 'ledger@example.org',
  to: 'reader@example.org',
  replyTo: null,
  subject: '30 Jan: 3 claims moved, 12 new quotes – 数字',
  messageId: '<digest.2025-01-30.me@example.org>',
  date: Temporal.Instant.from('2025-01-30T07:00:00Z'),
  text: 'Three claims moved.\nHarbour Ledger: “under $6 million”\n',
  html: '<!doctype html><html lang="en"><body><p>Three claims moved.</p></body></html>',
  headers: { 'Auto-Submitted': 'auto-generated', 'List-Id': 'Invented ledger <digest.example.org>' },
};

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A real mail server on the loopback; `answer` is what it says after the message. */
async function startServer(answer: () => MailAnswer): Promise<MailServer> {
  const server = await startMailServer(answer);
  closing.push(async () => await server[Symbol.asyncDispose]());
  return server;
}

/** A server that takes the whole message and breaks the line before it answers. */
async function startBreakingServer(): Promise<string> {
  const server = createServer((socket) => {
    let isMessage = false;
    socket.on('error', () => {});
    socket.write('220 here\r\n');
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      if (isMessage) {
        if (text.includes('\r\n.\r\n')) socket.destroy();
        return;
      }
      isMessage = /^DATA/im.test(text);
      socket.write(isMessage ? '354 go on\r\n' : '250 ok\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function openServerMailer(url: string): ReturnType<typeof openMailer> {
  const mailer = openMailer({ smtpUrl: url, outboxDir: '/nowhere' });
  closing.push(() => mailer.close());
  return mailer;
}

test('composeMail gives the same bytes for the same draft', async () => {
  const [first, second] = [await composeMail(draft, null), await composeMail(draft, null)];
  expect(Buffer.compare(Buffer.from(first), Buffer.from(second))).toBe(0);
});

test('composeMail writes text before html, both UTF-8, no line over 998 bytes', async () => {
  const message = await composeMail({ ...draft, text: `${'a long line '.repeat(200)}\n` }, null);
  const raw = Buffer.from(message).toString('latin1');
  expect(raw).not.toMatch(/(?<!\r)\n/);
  expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(998);
  const types = [...raw.matchAll(/^Content-Type: ([^;\r]+)/gim)].map(([, type]) => type);
  expect(types).toEqual(['multipart/alternative', 'text/plain', 'text/html']);
});

test('a message arrives at a mail server as it was composed', async () => {
  const { url, received } = await startServer(() => null);
  const message = await composeMail(draft, null);
  const outcome = await openServerMailer(url).send({ from: draft.from, to: draft.to, name: 'x', message });
  expect(outcome.kind).toBe('sent');
  expect(received).toHaveLength(1);
  const [mail] = received;
  expect(mail?.from).toBe(draft.from);
  expect(mail?.to).toEqual([draft.to]);
  const parsed = await simpleParser(mail?.message ?? '');
  expect(parsed.subject).toBe(draft.subject);
  expect(parsed.messageId).toBe(draft.messageId);
  expect(parsed.date?.toISOString()).toBe('2025-01-30T07:00:00.000Z');
  expect(parsed.text?.trim()).toBe(draft.text.trim());
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
});

test.each([
  { code: 451, isFinal: false },
  { code: 550, isFinal: true },
])('a refusal with $code is final: $isFinal', async ({ code, isFinal }) => {
  const { url, received } = await startServer(() => ({ code, words: 'not now' }));
  const message = await composeMail(draft, null);
  const outcome = await openServerMailer(url).send({ from: draft.from, to: draft.to, name: 'x', message });
  expect(outcome).toMatchObject({ kind: 'refused', code, isFinal });
  expect(received).toHaveLength(0);
});

test('a connection that breaks after the message leaves the sending in doubt', async () => {
  const message = await composeMail(draft, null);
  const outcome = await openServerMailer(await startBreakingServer()).send({
    from: draft.from,
    to: draft.to,
    name: 'x',
    message,
  });
  expect(outcome.kind).toBe('unsure');
});

test('a server that nobody runs refuses for now', async () => {
  const outcome = await openServerMailer('smtp://127.0.0.1:1').send({
    from: draft.from,
    to: draft.to,
    name: 'x',
    message: await composeMail(draft, null),
  });
  expect(outcome).toMatchObject({ kind: 'refused', code: null, isFinal: false });
});

test('an address that smuggles in a second recipient reaches nobody', async () => {
  const { url, received } = await startServer(() => null);
  const to = 'reader@example.org\r\nRCPT TO:<victim@example.net>';
  const outcome = await openServerMailer(url).send({
    from: draft.from,
    to,
    name: 'x',
    message: await composeMail(draft, null),
  });
  expect(outcome).toMatchObject({ kind: 'refused', isFinal: true });
  expect(received).toEqual([]);
});

test('without a server the message is written once, for its owner only', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'claimledger-mail-'));
  closing.push(() => rm(dir, { recursive: true }));
  const outboxDir = join(dir, 'outbox');
  const mailer = openMailer({ smtpUrl: null, outboxDir });
  const message = await composeMail(draft, null);
  for (let times = 0; times < 2; times += 1) {
    const outcome = await mailer.send({ from: draft.from, to: draft.to, name: '2025-01-30-me', message });
    expect(outcome.kind).toBe('written');
  }
  expect(await readdir(outboxDir)).toEqual(['2025-01-30-me.eml']);
  const file = join(outboxDir, '2025-01-30-me.eml');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Buffer.compare(await readFile(file), Buffer.from(message))).toBe(0);
});
