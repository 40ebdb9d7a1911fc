/** E1 to E8: what a message is made of. */
import assert from 'node:assert/strict';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { renderDigestMail } from '#src/core/mail/digest.ts';
import { requeueDelivery } from '#src/io/db/readers.ts';
import { crowdedDigest } from '#test/core/digest/sample.ts';
import { headerOf, hrefsOf, type MailGround, publicUrl, senderDomain } from './mail-ground.ts';
import type { ScoreTest } from './score.ts';

/** Gmail cuts the html near 102 KB; our own limit leaves room. */
const htmlBytesMax = 90_000;
/** RFC 5322, 2.1.1. */
const lineBytesMax = 998;

const bare = (text: string): string => text.replace(/^\s*> ?/gm, '').replace(/\s+/g, ' ');

/** The first lines of the mail scorecard. */
export const mailFormTests: readonly ScoreTest<MailGround>[] = [
  {
    id: 'E1',
    holds: 'multipart/alternative, text before html, UTF-8, short lines',
    fails: 'order, charset or a line of 998 bytes',
    run: async ({ mailOf }) => {
      const raw = (await mailOf('me')).raw.toString('latin1');
      const types = [...raw.matchAll(/^Content-Type: ([^;\r]+)(?:; charset=([\w-]+))?/gim)].map(([, type, set]) => [
        type,
        set,
      ]);
      assert.deepEqual(types, [
        ['multipart/alternative', undefined],
        ['text/plain', 'utf-8'],
        ['text/html', 'utf-8'],
      ]);
      assert.doesNotMatch(raw, /(?<!\r)\n/, 'a line ends without CR');
      const longest = Math.max(...raw.split('\r\n').map((line) => line.length));
      assert.ok(longest < lineBytesMax, `a line of ${longest} bytes`);
    },
  },
  {
    id: 'E2',
    holds: 'the text part has the same claims, quotes and links in the same order',
    fails: 'something stands in one part only',
    run: async ({ mailOf }) => {
      const mail = await mailOf('me');
      assert.deepEqual(mail.text.match(/https?:\S+/g), hrefsOf(mail));
      const shown = mail
        .$('h1,h2,h3,blockquote')
        .toArray()
        .map((element) => bare(mail.$(element).text()));
      assert.ok(shown.length > 6, `only ${shown.length} headings and quotes`);
      const text = bare(mail.text).toLowerCase();
      // Each is looked for behind the one before: a statement may stand under two headings.
      let from = 0;
      for (const words of shown) {
        const at = text.indexOf(words.toLowerCase(), from);
        assert.ok(at >= 0, `the text part lacks, or has elsewhere: ${words}`);
        from = at;
      }
    },
  },
  {
    id: 'E3',
    holds: 'Message-ID and Date of the digest; sent again as the same bytes',
    fails: 'a retry composes another message',
    run: async ({ house, morning, mailOf }) => {
      const first = await mailOf('me');
      assert.equal(first.parsed.messageId, `<digest.2025-01-30.me@${senderDomain}>`);
      assert.equal(first.parsed.date?.toISOString(), '2025-01-30T07:00:00.000Z');
      await requeueDelivery(house.deps.db, { date: '2025-01-30', readerId: 'me', now: house.deps.now() });
      const [again, ...others] = await morning('2025-01-30T07:30:00Z');
      assert.equal(others.length, 0);
      assert.ok(again?.raw.equals(first.raw), 'other bytes');
    },
  },
  {
    id: 'E4',
    holds: 'no In-Reply-To or References; subjects differ by date',
    fails: 'mail programs thread the days',
    run: async ({ morning }) => {
      const [first] = await morning();
      const [second] = await morning('2025-01-31T07:00:00Z');
      assert.ok(first && second);
      for (const mail of [first, second]) {
        assert.equal(headerOf(mail, 'in-reply-to'), null);
        assert.equal(headerOf(mail, 'references'), null);
      }
      assert.match(first.parsed.subject ?? '', /^30 Jan: /);
      assert.match(second.parsed.subject ?? '', /^31 Jan: /);
    },
  },
  {
    id: 'E5',
    holds: 'List-Id, List-Unsubscribe (https), List-Unsubscribe-Post, Auto-Submitted; no Precedence',
    fails: 'a header is missing',
    run: async ({ mailOf }) => {
      const mail = await mailOf('me');
      assert.equal(headerOf(mail, 'list-id'), `The Elbe bridge <digest.${senderDomain}>`);
      assert.match(headerOf(mail, 'list-unsubscribe') ?? '', new RegExp(`^<${publicUrl}/mail/stop/me\\.[\\w-]{43}>$`));
      assert.equal(headerOf(mail, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
      assert.equal(headerOf(mail, 'auto-submitted'), 'auto-generated');
      assert.equal(headerOf(mail, 'precedence'), null);
    },
  },
  {
    id: 'E6',
    holds: 'DKIM verifies independently and covers both list-unsubscribe headers',
    fails: 'no signature, a broken one, or one that a changed header survives',
    run: async ({ mailOf, dnsRecord }) => {
      const { raw } = await mailOf('me');
      const verify = async (message: Buffer): Promise<string> => {
        const resolver = async (name: string): Promise<string[][]> => {
          assert.equal(name, `winter._domainkey.${senderDomain}`);
          return [[dnsRecord]];
        };
        const { results } = await dkimVerify(message, { resolver });
        return results.map(({ status }: { readonly status: { readonly result: string } }) => status.result).join();
      };
      assert.equal(await verify(raw), 'pass');
      const signed =
        /\bh=([^;]+);/
          .exec(raw.toString('latin1').replace(/\r\n\s+/g, ''))?.[1]
          ?.toLowerCase()
          .split(':') ?? [];
      for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post']) {
        assert.ok(signed.includes(name), `${name} is not signed`);
      }
      const changed = (from: string, to: string) => Buffer.from(raw.toString('latin1').replace(from, to), 'latin1');
      assert.equal(await verify(changed('List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Click')), 'fail');
      assert.equal(await verify(changed('/mail/stop/', '/mail/stip/')), 'fail');
      assert.equal(await verify(changed('WHAT MOVED', 'WHAT MOVEB')), 'neutral');
    },
  },
  {
    id: 'E7',
    holds: 'From is of the signing domain, Reply-To real, envelope sender set',
    fails: 'the signature counts for nothing, or bounces go nowhere',
    run: async ({ mailOf }) => {
      const mail = await mailOf('me');
      assert.equal(headerOf(mail, 'from'), `claimledger <ledger@${senderDomain}>`);
      assert.match(headerOf(mail, 'dkim-signature')?.replace(/\s/g, '') ?? '', new RegExp(`;d=${senderDomain};`));
      assert.equal(headerOf(mail, 'reply-to'), `desk@${senderDomain}`);
      assert.equal(mail.from, `ledger@${senderDomain}`);
      assert.equal(headerOf(mail, 'to'), mail.to);
    },
  },
  {
    id: 'E8',
    holds: 'under 90 KB at the most a day can hold, and the cut says so with a link',
    fails: 'Gmail hides the footer',
    run: async () => {
      for (const content of [crowdedDigest(200), crowdedDigest(600, { isFirstDay: true })]) {
        const { html } = renderDigestMail(content, { webUrl: publicUrl, readerId: 'me' });
        assert.ok(Buffer.byteLength(html) < htmlBytesMax, `${Buffer.byteLength(html)} bytes`);
        assert.match(html, />\d+ more [a-z ]+<\/a>/);
        assert.ok(html.includes('The ledger collects what is said.'), 'no footer');
      }
    },
  },
];
