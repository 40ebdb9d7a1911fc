/** Freezes a reader's digest of one local date, and with it the mail that will carry it, in one transaction. */
import { z } from 'zod';
import { HOUSE_READER } from '#src/config/schema.ts';
import { buildDigest } from '#src/core/digest/digest.ts';
import { type DigestSlot, findDueDigest } from '#src/core/digest/schedule.ts';
import { showLine } from '#src/core/display/text.ts';
import { type MailOptions, renderDigestMail } from '#src/core/mail/digest.ts';
import { type LinkPurpose, linkPath, mailedDigestPath } from '#src/core/mail/link.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { findFirstLookEnd, insertDelivery, insertDigest, listReaders, type Reader } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { composeMail, type DkimSigner } from '#src/io/mail.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { groupStories } from './group-story.ts';

/** Characters of the ledger's name that mail programs show beside a list. */
const listPhraseLengthMax = 100;

type Payload = { readonly readerId: string };

/** A new ledger tells what it has after this long, even while its first look goes on. */
export const firstLookPatience = Temporal.Duration.from({ minutes: 30 });

export default defineJob<Payload>({
  description: 'Freeze the digest of one reader and date, with its mail',
  payload: z.strictObject({ readerId: z.string() }),
  retryCount: 5,
  expireSeconds: 300,
  concurrency: 1,
  run: buildReaderDigest,
});

/** The readers to whom a digest is due now; for those who stopped their mail none is made. */
export async function listDueReaders(
  deps: Pick<Deps, 'db' | 'now'>,
): Promise<readonly { readonly reader: Reader; readonly slot: DigestSlot }[]> {
  const now = deps.now();
  const readers = await listReaders(deps.db);
  const wanting = readers.filter((reader) => reader.stoppedAt === null);
  const isNewcomer = wanting.some((reader) => reader.lastDate === null);
  const firstLookEndedAt = isNewcomer ? await findFirstLookEnd(deps.db, { now, patience: firstLookPatience }) : null;
  return wanting.flatMap((reader) => {
    const slot = findDueDigest(reader, { now, firstLookEndedAt });
    return slot === null ? [] : [{ reader, slot }];
  });
}

/** Builds what is due; a second run of the same date changes nothing. */
export async function buildReaderDigest({ readerId }: Payload, deps: Deps): Promise<RunSummary> {
  const due = (await listDueReaders(deps)).find(({ reader }) => reader.id === readerId);
  if (due === undefined) return { reader: readerId, built: false };
  const { reader, slot } = due;
  const { ledger } = deps.inForce();
  // What came in just now may be a copy of what came before.
  await groupStories({}, deps);
  const facts = await gatherDigestFacts(deps.db, {
    ledger: ledger.name,
    reader: reader.id,
    date: slot.date,
    zone: reader.zone,
    window: slot.window,
    isStored: true,
    claims: reader.claims,
    rulesKey: deps.inForce().rulesKey,
  });
  const content = buildDigest(facts);
  const mail = await prepareMail({ reader, slot, content }, deps);
  const isBuilt = await deps.db.transaction().execute(async (tx) => {
    const digestId = await insertDigest(tx, content, deps.now());
    if (digestId === null) return false;
    if (mail === null) return true;
    const deliveryId = await insertDelivery(tx, { ...mail, digestId }, deps.now());
    await deps.queue.send({ name: 'send-digest', payload: { deliveryId }, key: String(deliveryId) }, tx);
    return true;
  });
  if (isBuilt && readerId === HOUSE_READER) await beat(deps);
  return { reader: readerId, date: slot.date, built: isBuilt, moved: content.movedCount, quotes: content.quoteCount };
}

/** Tells whoever watches over us that today's digest was made. That they cannot be told is no fault of the digest. */
async function beat({ config, http, log, signal }: Deps): Promise<void> {
  if (config.heartbeatUrl === null) return;
  const { status, words } = await http.ping(config.heartbeatUrl, signal);
  if (status === null || status >= 400) log.warn({ words }, 'heartbeat was not taken');
}

type Prepared = {
  readonly readerId: string;
  readonly date: string;
  readonly address: string;
  readonly messageId: string;
  readonly message: Uint8Array;
};

/** The mail as it will leave; null for the house, for a suspended reader, and for an empty day that the reader wants skipped. */
async function prepareMail(
  {
    reader,
    slot,
    content,
  }: { readonly reader: Reader; readonly slot: DigestSlot; readonly content: ReturnType<typeof buildDigest> },
  deps: Deps,
): Promise<Prepared | null> {
  if (reader.address === null || reader.suspendedReason !== null) return null;
  const isEmpty = content.quoteCount === 0 && content.movedCount === 0 && content.sources.length === 0;
  if (isEmpty && reader.empty === 'skip') return null;
  return await composeDigestMail({ ...reader, address: reader.address }, content, { date: slot.dueAt, deps });
}

type Recipient = Pick<Reader, 'id' | 'dateLanguage' | 'isSubscribed'> & { readonly address: string };

/** The message that carries a digest to a reader: the same content gives the same bytes. */
export async function composeDigestMail(
  reader: Recipient,
  content: ReturnType<typeof buildDigest>,
  options: {
    readonly date: Temporal.Instant;
    readonly deps: Pick<Deps, 'inForce' | 'config' | 'linkKeys'>;
    /** The first date that a late mail carries. */
    readonly lateSince?: string;
  },
): Promise<Prepared> {
  const { deps, lateSince } = options;
  const { digest, name } = deps.inForce().ledger;
  const domain = digest.from.split('@').at(-1) ?? 'localhost';
  const messageId = `<digest.${content.date}.${reader.id}@${domain}>`;
  const places = placesOf(reader, content.date, deps);
  const mail = renderDigestMail(content, lateSince === undefined ? places : { ...places, lateSince });
  const draft = {
    from: digest.from,
    to: reader.address,
    replyTo: digest.replyTo ?? null,
    subject: mail.subject,
    messageId,
    date: options.date,
    text: mail.text,
    html: mail.html,
    headers: {
      'List-Id': `${listPhrase(name)}<digest.${domain}>`,
      'Auto-Submitted': 'auto-generated',
      ...listHeaders(places.unsubscribeUrl),
    },
  };
  const message = await composeMail(draft, signerOf(deps));
  return { readerId: reader.id, date: content.date, address: reader.address, messageId, message };
}

/** What the links of a reader's mail need to know. */
export function placesOf(
  reader: Pick<Recipient, 'id' | 'dateLanguage' | 'isSubscribed'>,
  date: string,
  deps: Pick<Deps, 'inForce' | 'config' | 'linkKeys'>,
): MailOptions {
  const { web } = deps.inForce().ledger;
  const { host, port } = deps.config.listen;
  const publicUrl = web.publicUrl ?? null;
  const pathOf = (purpose: LinkPurpose): string => linkPath(purpose, reader.id, deps.linkKeys);
  return {
    webUrl: publicUrl ?? `http://${host}:${port}`,
    digestPath: mailedDigestPath(reader.id, date, deps.linkKeys),
    dateLanguage: reader.dateLanguage,
    readerId: reader.isSubscribed ? null : reader.id,
    // An address that only this machine can reach would be a link that stops nothing, so there is none.
    ...(publicUrl === null ? {} : { unsubscribeUrl: `${publicUrl}${pathOf('stop')}` }),
    ...(publicUrl === null || !reader.isSubscribed ? {} : { settingsUrl: `${publicUrl}${pathOf('settings')}` }),
  };
}

/** The name of the ledger before its List-Id (RFC 2919), in characters that need no quotes: the mailer would encode those, and the id with them. */
function listPhrase(name: string): string {
  const plain = showLine(name).replace(/[^A-Za-z0-9' _-]+/g, ' ');
  const phrase = plain.replace(/ +/g, ' ').slice(0, listPhraseLengthMax).trim();
  return phrase === '' ? '' : `${phrase} `;
}

/** The headers by which mail programs offer to stop the mail (RFC 2369, RFC 8058); one click asks for https. */
function listHeaders(stopUrl: string | undefined): Readonly<Record<string, string>> {
  if (stopUrl === undefined) return {};
  const list = { 'List-Unsubscribe': `<${stopUrl}>` };
  return stopUrl.startsWith('https:') ? { ...list, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : list;
}

/** What signs our mails; null when no key is set. */
export function signerOf({ config, inForce }: Pick<Deps, 'config' | 'inForce'>): DkimSigner | null {
  const { dkimPrivateKey: privateKey } = config;
  return privateKey === null ? null : { privateKey, selector: inForce().ledger.digest.dkimSelector };
}
