/** What readers do about their mail on the pages: ask, confirm, choose, stop, start again. Each is one transaction and may come twice. */
import {
  deleteMailStop,
  findMailReader,
  findSubscriptionOf,
  insertMailStop,
  type MailChoices,
  type MailReader,
  updateSubscribedReader,
  upsertSubscribedReader,
  upsertSubscription,
} from '#src/io/db/subscriptions.ts';
import type { Deps } from '#src/io/deps.ts';

type Store = Pick<Deps, 'db' | 'now'>;

/** Keeps a wish for the daily mail; the confirmation mail is due when it is `kept`. */
export async function requestSubscription(
  wish: MailChoices & { readonly address: string },
  deps: Store,
): Promise<'kept' | 'known' | 'crowded'> {
  return await deps.db.transaction().execute((tx) => upsertSubscription(tx, wish, deps.now()));
}

/** Starts the daily mail of an address that has answered; gives the reader's id, or null when the wish is gone or an older one. */
export async function confirmSubscription(linkId: string, deps: Store): Promise<string | null> {
  return await deps.db.transaction().execute(async (tx) => {
    const wish = await findSubscriptionOf(tx, linkId);
    return wish === null ? null : await upsertSubscribedReader(tx, wish, deps.now());
  });
}

/** Gives a reader who subscribed other choices; false when there is no such reader. */
export async function changeSubscription(
  change: { readonly readerId: string; readonly choices: MailChoices },
  { db }: Pick<Store, 'db'>,
): Promise<boolean> {
  return await updateSubscribedReader(db, change.readerId, change.choices);
}

/** Stops the mail of a reader, at once; gives the reader, or null when there is none. */
export async function stopMail(readerId: string, deps: Store): Promise<MailReader | null> {
  return await deps.db.transaction().execute(async (tx) => {
    const reader = await findMailReader(tx, readerId);
    if (reader !== null) await insertMailStop(tx, reader, deps.now());
    return reader;
  });
}

/** Lets the mail of a reader come again; gives the reader, or null when there is none. */
export async function startMail(readerId: string, deps: Store): Promise<MailReader | null> {
  return await deps.db.transaction().execute(async (tx) => {
    const reader = await findMailReader(tx, readerId);
    if (reader !== null) await deleteMailStop(tx, reader.id, deps.now());
    return reader;
  });
}
