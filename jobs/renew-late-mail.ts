/**
 * Mails that waited long for a mail server: they say so, and after two days those of one reader become one. Only a mail of which no
 * server may have taken anything is written anew; one in doubt leaves as it was, under the same bytes.
 */
import { buildDigest, type DigestContent } from '#src/core/digest/digest.ts';
import { isLate, listMerged } from '#src/core/mail/lateness.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { listWaitingMails, mergeDeliveries, renewMessage, type WaitingDelivery } from '#src/io/db/late-deliveries.ts';
import { listReaders, type Reader } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { composeDigestMail } from './build-digest.ts';

/** Writes a mail anew when it is late, or with the earlier ones of its reader in it; a mail that is in another is no longer due. */
export async function renewLateMail(deliveryId: number, deps: Deps): Promise<void> {
  const now = deps.now();
  const { readerId, mails } = await listWaitingMails(deps.db, deliveryId);
  if (!mails.some(({ waitingSince }) => isLate(waitingSince, now))) return;
  const reader = (await listReaders(deps.db)).find(({ id }) => id === readerId);
  if (reader === undefined) return;
  const merged = listMerged(mails, now);
  const [first] = merged;
  const carrier = merged.at(-1);
  if (first !== undefined && carrier !== undefined) {
    const content = await joinDigests({ first, last: carrier, reader }, deps);
    const message = await compose(content, { reader, since: first.date }, deps);
    const mergedIds = merged.slice(0, -1).map(({ id }) => id);
    await mergeDeliveries(deps.db, { carrierId: carrier.id, carrierDate: carrier.date, mergedIds, message, now });
    return;
  }
  const mail = mails.find(({ id }) => id === deliveryId);
  if (mail === undefined || !isLate(mail.waitingSince, now)) return;
  await renewMessage(deps.db, mail.id, await compose(mail.digest, { reader, since: mail.date }, deps));
}

/** One digest over the windows of several, which abut: what is told stands in none twice. */
async function joinDigests(
  { first, last, reader }: { readonly first: WaitingDelivery; readonly last: WaitingDelivery; readonly reader: Reader },
  deps: Deps,
): Promise<DigestContent> {
  const { ledger, rulesKey } = deps.inForce();
  const facts = await gatherDigestFacts(deps.db, {
    ledger: ledger.name,
    reader: reader.id,
    date: last.date,
    zone: last.digest.zone,
    window: {
      start: Temporal.Instant.from(first.digest.window.start),
      end: Temporal.Instant.from(last.digest.window.end),
    },
    isStored: true,
    claims: reader.claims,
    rulesKey,
  });
  return buildDigest(facts);
}

async function compose(
  content: DigestContent,
  late: { readonly reader: Reader; readonly since: string },
  deps: Deps,
): Promise<Uint8Array> {
  const { reader, since } = late;
  const date = Temporal.Instant.from(content.window.end);
  const recipient = { ...reader, address: reader.address ?? '' };
  const { message } = await composeDigestMail(recipient, content, { date, deps, lateSince: since });
  return message;
}
