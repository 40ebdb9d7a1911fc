/** What the lines of the mail scorecard stand on: the house of the invented press, its mails of one morning, and a browser. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type CheerioAPI, load } from 'cheerio';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Browser } from 'playwright-core';
import { type MailHouse, openMailHouse } from '#test/support/mail-house.ts';
import { type MailServer, startMailServer } from '#test/support/mail-server.ts';
import { insertStory, type Story } from '#test/web/press.ts';
import { openBrowser } from './browser.ts';

/** A mail as it arrived: its bytes, what an independent parser makes of them, and its html as a tree. */
export type ArrivedMail = {
  readonly to: string;
  readonly from: string;
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
  readonly html: string;
  readonly text: string;
  readonly $: CheerioAPI;
};

/** The ground; every line finds the house as it was opened, because it is reset before. */
export type MailGround = {
  readonly house: MailHouse;
  readonly server: MailServer;
  readonly browser: Browser | null;
  /** The public half of the key that signs, as its TXT record says it. */
  readonly dnsRecord: string;
  /** Puts the house back to where it was opened, with a German quote on the morning. */
  reset(): Promise<void>;
  /** The mails that arrive when the clock is set to this instant, by reader. */
  morning(instant?: string): Promise<readonly ArrivedMail[]>;
  /** The mail of a reader on the morning of the press. */
  mailOf(reader: 'me' | 'permits' | 'quiet'): Promise<ArrivedMail>;
};

export const publicUrl = 'https://ledger.example';
export const senderDomain = 'elbe.example';
/** The readers of the scorecard. */
export const readers = [
  { id: 'me', address: 'me@reader.example' },
  { id: 'permits', address: 'permits@reader.example', claims: ['no-permit'], dates: 'de' },
  { id: 'quiet', address: 'quiet@reader.example', claims: ['crew-200'], empty: 'skip' },
];
const quote = 'Eine Genehmigung hat es für diese Brücke nie gegeben.';
const germanStory: Story = {
  ...{ title: 'Brücke ohne Genehmigung', outlet: 'Elbkurier', lang: 'de', at: '2025-01-30T05:00:00Z' },
  text: `Die Stadt bleibt dabei. ${quote}`,
  said: [{ claim: 'no-permit', stance: 'supports', speaker: 'Jana Vogt', quote }],
};
/** The section `digest` of its ledger. */
export const digestSection = {
  from: `ledger@${senderDomain}`,
  replyTo: `desk@${senderDomain}`,
  dkimSelector: 'winter',
  subscribe: 'open',
  readers,
};

/** Opens the ground once for a whole run. */
export async function openMailGround(closing: AsyncDisposableStack): Promise<MailGround> {
  const server = closing.use(await startMailServer());
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const env = { DKIM_PRIVATE_KEY: pem };
  const house = closing.use(
    await openMailHouse({ digest: digestSection, web: { publicUrl }, smtpUrl: server.url, env }),
  );
  const browser = await openBrowser();
  closing.defer(async () => await browser?.close());
  const morning = async (instant = '2025-01-30T07:00:00Z'): Promise<readonly ArrivedMail[]> => {
    house.setTime(instant);
    server.received.splice(0);
    await house.runDue();
    return await Promise.all(server.received.map(readArrived));
  };
  return {
    house,
    server,
    browser,
    reset: async () => {
      await house.reset();
      await insertStory(house.deps.db, germanStory);
    },
    dnsRecord: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
    morning,
    mailOf: async (reader) => {
      const mail = (await morning()).find(({ to }) => to === `${reader}@reader.example`);
      assert.ok(mail, `no mail came to ${reader}`);
      return mail;
    },
  };
}

/** Reads a message with a parser that is not the mailer's. */
export async function readArrived(received: MailServer['received'][number]): Promise<ArrivedMail> {
  const parsed = await simpleParser(received.message);
  const html = parsed.html === false ? '' : (parsed.html ?? '');
  const { from, to, message: raw } = received;
  return { from, to: to.join(), raw, parsed, html, text: parsed.text ?? '', $: load(html) };
}

/** One header as it stands in the message, unfolded; null when it is not there. */
export function headerOf(mail: ArrivedMail, key: string): string | null {
  const line = mail.parsed.headerLines.find((header) => header.key === key)?.line;
  return line === undefined
    ? null
    : line
        .slice(key.length + 1)
        .replace(/\r?\n\s+/g, ' ')
        .trim();
}

/** The links of the html part, in order. */
export function hrefsOf({ $ }: ArrivedMail): readonly string[] {
  return $('a')
    .toArray()
    .map((link) => $(link).attr('href') ?? '');
}
