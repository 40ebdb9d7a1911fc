/** What the next mail to a reader would say, were it due now. Nothing is stored and nothing sent. */
import { buildDigest, type DigestContent } from '#src/core/digest/digest.ts';
import { nextDigestAt } from '#src/core/digest/schedule.ts';
import { type DigestMail, renderDigestMail } from '#src/core/mail/digest.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { listReaders, type Reader } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { composeDigestMail, placesOf } from './build-digest.ts';

/** The mail with what it is drawn from. `message` are its bytes as a mail program opens them. */
export type MailPreview = {
  readonly readerId: string;
  readonly dueAt: Temporal.Instant;
  readonly zone: string;
  readonly content: DigestContent;
  readonly mail: DigestMail;
  readonly message: Uint8Array;
};

/** The readers who can be looked at, those who stopped their mail too. */
export async function listMailReaders(deps: Pick<Deps, 'db'>): Promise<readonly Reader[]> {
  return (await listReaders(deps.db)).filter((reader) => reader.address !== null);
}

/** The mail of one reader; null when no reader with an address has this id. */
export async function previewMail(
  readerId: string,
  deps: Pick<Deps, 'db' | 'now' | 'inForce' | 'config' | 'linkKeys'>,
): Promise<MailPreview | null> {
  const reader = (await listMailReaders(deps)).find(({ id }) => id === readerId);
  if (reader === undefined || reader.address === null) return null;
  const { ledger, rulesKey } = deps.inForce();
  // What was stored this very instant is part of what is known now.
  const end = deps.now().add({ milliseconds: 1 });
  const dueAt = nextDigestAt(reader, deps.now());
  const facts = await gatherDigestFacts(deps.db, {
    ledger: ledger.name,
    reader: reader.id,
    date: dueAt.toZonedDateTimeISO(reader.zone).toPlainDate().toString(),
    zone: reader.zone,
    window: { start: reader.lastEnd ?? end.subtract({ hours: 24 }), end },
    isStored: false,
    claims: reader.claims,
    rulesKey,
  });
  const content = buildDigest(facts);
  const { message } = await composeDigestMail({ ...reader, address: reader.address }, content, { date: dueAt, deps });
  const mail = renderDigestMail(content, placesOf(reader, content.date, deps));
  return { readerId: reader.id, dueAt, zone: reader.zone, content, mail, message };
}
