/** The whole house on the invented press, with a clock that is set by hand, a mail server to send to, and the pages. */
import { writeFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { buildReaderDigest, listDueReaders } from '#jobs/build-digest.ts';
import { listMailReaders, previewMail } from '#jobs/preview-mail.ts';
import { sendConfirmation } from '#jobs/send-confirmation.ts';
import { sendDigest } from '#jobs/send-digest.ts';
import type { House } from '#src/cli/session.ts';
import { loadConfig } from '#src/config/load.ts';
import { HOUSE_READER, type Ledger } from '#src/config/schema.ts';
import { listDueDeliveries } from '#src/io/db/readers.ts';
import { listDueConfirmations } from '#src/io/db/subscriptions.ts';
import type { Deps } from '#src/io/deps.ts';
import { buildWeb } from '#src/web/app.ts';
import type { MailDoor, WebDeps } from '#src/web/deps.ts';
import { fillPress, pressDeps } from '#test/web/press.ts';
import { type HouseFolder, type MovableClock, makeHouseFolder, openHouseAt } from './house.ts';
import { emptyTables } from './store.ts';

/** The running house. */
export type MailHouse = AsyncDisposable & {
  readonly deps: Deps;
  readonly web: FastifyInstance;
  readonly folder: HouseFolder;
  /** Sets the clock. */
  setTime(instant: string): void;
  /** Forgets everything but the press and the ledger that the house was opened with. */
  reset(): Promise<void>;
  /** Makes every digest that is due and sends every mail. */
  runDue(): Promise<void>;
  /** Puts another ledger in force, as a change of the file does. */
  reload(digest: object, name?: string): Promise<void>;
};

/** Readers who come after the hour of the digest get their first one the next morning. */
const firstNoon = '2025-01-29T12:00:00Z';

/** The ledger of the invented press; `digest` and `web` are those sections. */
export function pressLedger(digest: object, web: object, name = 'The Elbe bridge'): string {
  const named = { version: 1, name, contact: 'https://elbe.example/contact' };
  const topics = [{ id: 'bridge', any: ['bridge', 'Brücke'] }];
  const claims = [
    {
      id: 'bridge-cost',
      short: 'Bridge cost',
      statement: 'The Elbe bridge was repaired for about $5.6 million',
      all: [['bridge', 'repair'], { amount: 'about $5.6m +-10%' }],
    },
    { id: 'no-permit', short: 'No permit', statement: 'The repair went ahead without a permit', all: [['permit']] },
    { id: 'crew-200', short: 'Crew size', statement: 'About 200 people worked on the bridge', all: [['crew']] },
  ];
  return stringify({ ...named, topics, claims, digest, web });
}

/** Opens the house. `smtpUrl` null = mail is written to the outbox. */
export async function openMailHouse(options: {
  readonly digest: object;
  readonly web: object;
  readonly smtpUrl: string | null;
  readonly databaseUrl?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  /** What the pages are told otherwise. */
  readonly door?: Partial<WebDeps>;
}): Promise<MailHouse> {
  await using opening = new AsyncDisposableStack();
  const clock = setClock(firstNoon);
  const { now } = clock;
  const folder = opening.use(
    await makeHouseFolder(pressLedger(options.digest, options.web), options.databaseUrl ?? null),
  );
  const env = { ...folder.env, ...(options.smtpUrl === null ? {} : { SMTP_URL: options.smtpUrl }), ...options.env };
  const load = (file: string) => loadConfig({ file, env, cwd: folder.path });
  const { signal } = new AbortController();
  const chosen = { kind: 'command', schema: 'migrate', ledger: 'file', signal } as const;
  const house: House = opening.use(await openHouseAt(clock)(load(folder.ledgerFile), chosen));
  const { deps } = house;
  const reload = async (ledger: Ledger): Promise<void> => {
    await house.reload(ledger);
    // The press brings its sources itself, and they stay listed; the composition root has a clock of its own.
    await deps.db.updateTable('sources').set({ is_listed: true }).execute();
    await deps.db.updateTable('readers').set({ added_at: now() }).where('id', '<>', HOUSE_READER).execute();
  };
  const reset = async (): Promise<void> => {
    clock.set(firstNoon);
    await emptyTables(deps.db);
    await fillPress(deps.db);
    await reload(deps.config.ledger);
  };
  await reset();
  const mail: MailDoor = {
    linkKeys: deps.linkKeys,
    digest: () => deps.inForce().ledger.digest,
    listReaders: () => listMailReaders(deps),
    preview: (readerId) => previewMail(readerId, deps),
    lookForWork: async () => {},
  };
  const { publicUrl = null } = deps.config.ledger.web;
  const web = await buildWeb(pressDeps(deps.db, { now, publicUrl, mail, ...options.door }));
  opening.defer(() => web.close());
  const closing = opening.move();
  return {
    deps,
    web,
    folder,
    setTime: clock.set,
    reset,
    runDue: () => runDue(deps),
    reload: async (digest, name) => {
      await writeFile(folder.ledgerFile, pressLedger(digest, options.web, name));
      await reload(load(folder.ledgerFile).ledger);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** A clock that stands until it is set or moved. */
function setClock(start: string): MovableClock & { readonly set: (instant: string) => void } {
  let now = Temporal.Instant.from(start);
  return {
    now: () => now,
    set: (instant) => {
      now = Temporal.Instant.from(instant);
    },
    move: (by) => {
      now = now.add(by);
    },
  };
}

async function runDue(deps: Deps): Promise<void> {
  for (;;) {
    const readers = await listDueReaders(deps);
    for (const { reader } of readers) await buildReaderDigest({ readerId: reader.id }, deps);
    const deliveries = await listDueDeliveries(deps.db, deps.now());
    for (const deliveryId of deliveries) await sendDigest({ deliveryId }, deps);
    const confirmations = await listDueConfirmations(deps.db, deps.now());
    for (const subscriptionId of confirmations) await sendConfirmation({ subscriptionId }, deps);
    if (readers.length + deliveries.length + confirmations.length === 0) return;
  }
}
