/** E15 to E18: empty days, stopping, and the way to the mail server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '#src/config/load.ts';
import { composeMail, type MailDraft, openMailer } from '#src/io/mail.ts';
import { startMailServer } from '#test/support/mail-server.ts';
import { digestSection, hrefsOf, type MailGround, publicUrl } from './mail-ground.ts';
import type { ScoreTest } from './score.ts';

const draft: MailDraft = {
  ...{
    from: 'ledger@elbe.example',
    to: 'me@reader.example',
    replyTo: null,
    subject: 'A subject',
    messageId: '<1@elbe.example>',
  },
  ...{ date: Temporal.Instant.from('2025-01-30T07:00:00Z'), text: 'Words', html: '<p>Words</p>', headers: {} },
};
/** Head, balance and footer of a day without news; a page of text would be read by nobody. */
const emptyLinesMax = 30;

export const mailSendingTests: readonly ScoreTest<MailGround>[] = [
  {
    id: 'E15',
    holds: 'an empty day is a short mail or none, by setting; failing sources are named either way',
    fails: 'a mail about nothing, or silence about what failed',
    run: async ({ house, morning }) => {
      const failing = (await morning()).map(({ to, text }) => ({
        to,
        names: /^Failing: Capital Wire/m.test(text.replace(/\n\s+/g, '\n')),
      }));
      assert.deepEqual(
        failing,
        ['me', 'permits', 'quiet'].map((id) => ({ to: `${id}@reader.example`, names: true })),
      );
      await house.deps.db
        .updateTable('resources')
        .set({ failing_since: null, failure_count: 0, last_error: null })
        .execute();
      await morning('2025-01-31T07:00:00Z');
      const empty = await morning('2025-02-01T07:00:00Z');
      assert.deepEqual(
        empty.map(({ to }) => to),
        ['me@reader.example', 'permits@reader.example'],
      );
      for (const { text, parsed } of empty) {
        assert.match(parsed.subject ?? '', /: nothing new$/);
        assert.ok(text.split('\n').length <= emptyLinesMax, `${text.split('\n').length} lines`);
      }
    },
  },
  {
    id: 'E16',
    holds: 'one click stops the next digest at once, the footer link too, and "Start again" works',
    fails: 'a mail after the stop, a stop by looking, or no way back',
    run: async ({ house, mailOf, morning }) => {
      const { web } = house;
      const mail = await mailOf('me');
      const path =
        /<https:\/\/ledger\.example([^>]+)>/.exec(mail.raw.toString('latin1').replace(/\r\n\s+/g, ' '))?.[1] ?? '';
      assert.ok(hrefsOf(mail).includes(`${publicUrl}${path}`), 'the footer has another link');
      const gone = async (instant: string) => (await morning(instant)).every(({ to }) => to !== 'me@reader.example');
      assert.equal((await web.inject({ url: path })).statusCode, 200);
      assert.equal(await gone('2025-01-31T07:00:00Z'), false);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const stopped = await web.inject({ method: 'POST', url: path, headers, payload: 'List-Unsubscribe=One-Click' });
      assert.equal(stopped.statusCode, 200);
      assert.equal(await gone('2025-02-01T07:00:00Z'), true);
      const start = /action="(\/mail\/start\/[^"]+)"/.exec(stopped.body)?.[1] ?? '';
      assert.equal((await web.inject({ method: 'POST', url: start })).statusCode, 200);
      assert.equal(await gone('2025-02-02T07:00:00Z'), false);
    },
  },
  {
    id: 'E17',
    holds: 'one connection for all mails, five a second at most; TLS beyond this machine; secrets from a file',
    fails: 'a flood of connections, or a password in the clear',
    run: async ({ house, server, morning }) => {
      const many = Array.from({ length: 12 }, (_, index) => ({ id: `r${index}`, address: `r${index}@reader.example` }));
      await house.reload({ ...digestSection, readers: many });
      const before = server.connectionCount();
      const startedAt = performance.now();
      assert.equal((await morning('2025-01-30T07:00:00Z')).length, many.length);
      assert.ok(server.connectionCount() - before <= 1, `${server.connectionCount() - before} connections`);
      assert.ok(performance.now() - startedAt > 1_500, `twelve mails in ${performance.now() - startedAt} ms`);
      // 127.0.0.2 stands for another machine: the mailer knows only the names of its own loopback.
      await using plain = await startMailServer(
        () => null,
        { disabledCommands: ['STARTTLS'], authOptional: true },
        '127.0.0.2',
      );
      const url = plain.url.replace('//', '//reader:secret-word@');
      const mailer = openMailer({ smtpUrl: url, outboxDir: house.folder.path });
      const outcome = await mailer.send({
        from: draft.from,
        to: draft.to,
        name: 'x',
        message: await composeMail(draft, null),
      });
      mailer.close();
      assert.equal(outcome.kind, 'refused');
      assert.equal(plain.received.length, 0);
      assert.ok(!JSON.stringify(outcome).includes('secret-word'), 'the password is in the answer');
      const file = join(house.folder.path, 'smtp-url');
      await writeFile(file, `${url}\n`);
      const config = loadConfig({
        file: house.folder.ledgerFile,
        env: { SMTP_URL_FILE: file },
        cwd: house.folder.path,
      });
      assert.equal(config.smtpUrl, url);
      assert.doesNotMatch(readFileSync(house.folder.ledgerFile, 'utf8'), /secret-word/);
    },
  },
  {
    id: 'E18',
    holds: 'the mailer reads no file and no address that a field names',
    fails: 'a path in a message becomes its content',
    run: async ({ house }) => {
      const path = join(house.folder.path, 'private.txt');
      await writeFile(path, 'private words');
      // Fields that the types forbid can only come from outside, as JSON; so they come here.
      const outside = (fields: object): MailDraft => ({ ...draft, ...JSON.parse(JSON.stringify(fields)) });
      const attached = await composeMail(outside({ attachments: [{ path }], alternatives: [{ path }] }), null);
      assert.deepEqual(Buffer.from(attached), Buffer.from(await composeMail(draft, null)));
      for (const html of [{ path }, { href: `file://${path}` }])
        await assert.rejects(composeMail(outside({ html }), null));
      const named = Buffer.from(
        await composeMail({ ...draft, text: path, html: `<p>file://${path}</p>` }, null),
      ).toString();
      assert.ok(!named.includes('private words'));
    },
  },
];
