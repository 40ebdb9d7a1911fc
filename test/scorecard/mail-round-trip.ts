/** E19: through Debian's mail server into a mailbox, and back. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { findExchangeProblem, startMailExchange } from '#test/support/mail-exchange.ts';
import { openMailHouse } from '#test/support/mail-house.ts';
import { digestSection, headerOf, hrefsOf, publicUrl, readArrived, senderDomain } from './mail-ground.ts';
import type { ScoreTest } from './score.ts';

const lineBytesMax = 998;

/** The one line that needs programs of the machine. */
export const roundTripTest: ScoreTest<unknown> = {
  id: 'E19',
  holds: 'a mail through Exim and LMTP is read over IMAP as it was sent, its signature whole',
  fails: 'a real server changes it, refuses it or loses it',
  run: async () => {
    assert.equal(findExchangeProblem(), null);
    await using exchange = await startMailExchange();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const env = { DKIM_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    const web = { publicUrl };
    await using house = await openMailHouse({ digest: digestSection, web, smtpUrl: exchange.smtpUrl, env });
    house.setTime('2025-01-30T07:00:00Z');
    await house.runDue();
    const { message } = await house.deps.db
      .selectFrom('deliveries')
      .select('message')
      .where('reader_id', '=', 'me')
      .executeTakeFirstOrThrow();
    const [raw] = await exchange.readMailbox('me@reader.example', 1);
    assert.ok(raw);
    // Servers put their own lines before a message, and nothing into it.
    assert.ok(raw.includes(Buffer.from(message).subarray(0, -2)), 'the message was changed on its way');
    const mail = await readArrived({ from: '', to: ['me@reader.example'], message: raw });
    assert.equal(mail.parsed.messageId, `<digest.2025-01-30.me@${senderDomain}>`);
    assert.equal(headerOf(mail, 'return-path'), `<${digestSection.from}>`);
    assert.equal(headerOf(mail, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
    assert.deepEqual(mail.text.match(/https?:\S+/g), hrefsOf(mail));
    assert.ok(
      Math.max(
        ...raw
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ) < lineBytesMax,
    );
    const record = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const { results } = await dkimVerify(raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${record}`]] });
    assert.deepEqual(
      results.map(({ status }) => status.result),
      ['pass'],
    );
  },
};
