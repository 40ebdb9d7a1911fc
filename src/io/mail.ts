/** Where mail goes: a mail server when one is set, files in the outbox folder when none is. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createTransport } from 'nodemailer';
import DKIM from 'nodemailer/lib/dkim/index.js';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { isMailAddress } from '#src/core/mail/address.ts';
import type { SendingOutcome } from '#src/core/mail/delivery.ts';

/** A message to be composed. Addresses are plain and checked; header texts have no line breaks. */
export type MailDraft = {
  readonly from: string;
  readonly to: string;
  /** Where answers go; null = to the sender. */
  readonly replyTo: string | null;
  readonly subject: string;
  readonly messageId: string;
  readonly date: Temporal.Instant;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What signs a message (RFC 6376): an RSA key as PEM, and the name of its public half under `_domainkey` of the sender's domain. */
export type DkimSigner = { readonly privateKey: string; readonly selector: string };

/** Takes finished messages to where mail goes. */
export type Mailer = {
  readonly kind: 'server' | 'outbox';
  send(mail: {
    readonly from: string;
    readonly to: string;
    readonly name: string;
    readonly message: Uint8Array;
  }): Promise<SendingOutcome>;
  close(): void;
};

/** What the signature covers. Mail programs offer their own "unsubscribe" only when both list-unsubscribe headers are in it (RFC 8058, 4). */
const signedHeaders = [
  ...['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'],
  ...['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Auto-Submitted'],
].join(':');

/** Mails a second on the one connection: two hundred readers are served in under a minute, and no server takes it for a flood. */
const mailsPerSecondMax = 5;
const connectTimeoutMs = 10_000;
const greetingTimeoutMs = 15_000;
const socketTimeoutMs = 30_000;

/** The bytes of a message: multipart/alternative, text first, signed when there is a signer. The same draft always gives the same bytes. */
export async function composeMail(draft: MailDraft, signer: DkimSigner | null): Promise<Uint8Array> {
  const composer = new MailComposer({
    from: { name: 'claimledger', address: draft.from },
    to: { name: '', address: draft.to },
    ...(draft.replyTo === null ? {} : { replyTo: { name: '', address: draft.replyTo } }),
    subject: draft.subject,
    messageId: draft.messageId,
    date: new Date(draft.date.epochMilliseconds),
    text: endLines(draft.text),
    html: endLines(draft.html),
    headers: { ...draft.headers },
    // Names the parts by the message, so that a retry composes the same bytes.
    baseBoundary: draft.messageId.replace(/[^A-Za-z0-9.-]/g, ''),
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = await composer.compile().build();
  if (signer === null) return message;
  const dkim = new DKIM({
    // The From address decides what a signature is worth, so its domain is the one that signs.
    domainName: draft.from.split('@').at(-1) ?? '',
    keySelector: signer.selector,
    privateKey: signer.privateKey,
    headerFieldNames: signedHeaders,
  });
  return await buffer(dkim.sign(message));
}

/** Lines of a message end so (RFC 5322, 2.3). On its way every server would mend it, and each copy would have other bytes than the outbox. */
function endLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

/** A mailer for an SMTP address, or for the folder when there is none. */
export function openMailer(options: { readonly smtpUrl: string | null; readonly outboxDir: string }): Mailer {
  return options.smtpUrl === null ? openOutbox(options.outboxDir) : openServer(options.smtpUrl);
}

function openOutbox(dir: string): Mailer {
  return {
    kind: 'outbox',
    send: async ({ name, message }) => {
      const file = join(dir, `${name}.eml`);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      // Written beside and renamed: a reader of the folder never meets half a message.
      await writeFile(`${file}.part`, message, { mode: 0o600 });
      await rename(`${file}.part`, file);
      return { kind: 'written', file };
    },
    close: () => {},
  };
}

function openServer(smtpUrl: string): Mailer {
  const url = new URL(smtpUrl);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const isSecure = url.protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    // A message that the server may have taken is never sent again behind our back: its delivery is in doubt, and says so.
    maxRequeues: 0,
    rateDelta: 1_000,
    rateLimit: mailsPerSecondMax,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 465 : 587)),
    secure: isSecure,
    // Credentials and addresses never travel in the clear beyond this machine.
    requireTLS: !isSecure && !isLoopback,
    ignoreTLS: isLoopback && !isSecure,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    socketTimeout: socketTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    kind: 'server',
    send: async ({ from, to, message }) => {
      // The mailer reads an envelope as lists of addresses: whatever else stands in a text becomes a recipient.
      const wrong = [from, to].find((address) => !isMailAddress(address));
      if (wrong !== undefined) {
        return { kind: 'refused', code: null, words: `"${wrong}" is not one plain mail address`, isFinal: true };
      }
      try {
        const info = await transport.sendMail({ envelope: { from, to: [to] }, raw: Buffer.from(message) });
        return { kind: 'sent', reply: info.response };
      } catch (error) {
        return classify(error);
      }
    },
    close: () => transport.close(),
  };
}

/** The mailer's codes for servers that were never spoken to; a connection that broke later may have carried the message. */
const unreachedCodes = ['ESOCKET', 'EDNS', 'EAUTH', 'ETLS'];
const unreachedWords = /^(?:Connection timeout|Greeting never received)/;

/** A reply code says what the server decided; without one, a connection lost after it was made leaves the sending in doubt. */
function classify(error: unknown): SendingOutcome {
  const words = error instanceof Error ? error.message : String(error);
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : null;
  if (reply !== null && reply >= 400) return { kind: 'refused', code: reply, words, isFinal: reply >= 500 };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const wasReached = !unreachedCodes.includes(code) && !unreachedWords.test(words);
  return wasReached ? { kind: 'unsure', words } : { kind: 'refused', code: null, words, isFinal: false };
}
