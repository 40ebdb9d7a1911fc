/** The digest on the terminal, and the mail that carries it. */
import { Option } from 'commander';
import { composeDigestMail } from '#jobs/build-digest.ts';
import { listMailReaders, previewMail as previewReaderMail } from '#jobs/preview-mail.ts';
import { HOUSE_READER } from '#src/config/schema.ts';
import { buildDigest, type DigestContent } from '#src/core/digest/digest.ts';
import { renderDigestMarkdown } from '#src/core/digest/markdown.ts';
import { nextDigestAt } from '#src/core/digest/schedule.ts';
import { renderDigestText } from '#src/core/digest/text.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { isMailAddress } from '#src/core/mail/address.ts';
import { renderDigestMail } from '#src/core/mail/digest.ts';
import { findDigest, gatherDigestFacts } from '#src/io/db/digests.ts';
import { listReaders, type Reader, requeueDelivery } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { asOfOption, inPast } from './as-of.ts';
import { type CommandGroup, command, type House, type Session, withHouse } from './session.ts';
import { readDate, readWhen } from './when.ts';

const formats = ['text', 'md', 'json', 'html'] as const;
type Format = (typeof formats)[number];

type DigestOptions = {
  readonly config?: string;
  readonly date?: string;
  readonly since?: string;
  readonly until?: string;
  readonly asOf?: string;
  readonly claim?: string;
  readonly format: Format;
  readonly json?: boolean;
};

type MailOptions = {
  readonly config?: string;
  readonly date?: string;
  readonly reader?: string;
  readonly format: Format;
};

/** `digest` and `mail`. */
export const digestCommands: CommandGroup = (session, exit) => [
  command('digest', 'the stored digest of a day; with --since or --until an unstored one')
    .option('--date <date>', 'the local date of a stored digest (default: the newest)')
    .option('--since <when>', 'a duration (24h), a date or an instant')
    .option('--until <when>', 'a duration (1h), a date or an instant (default: now)')
    .option('--claim <id>', 'only this claim')
    .option(...asOfOption)
    .addOption(new Option('--format <format>', 'how to print it').choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .action(async (options: DigestOptions) => {
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        inPast(house, options.asOf, (past) => printDigest(past, { session, options })),
      );
    }),
  mailCommand(session, exit),
];

async function printDigest(
  house: House,
  at: { readonly session: Session; readonly options: DigestOptions },
): Promise<void> {
  const { options } = at;
  const { deps } = house;
  const isUnstored = options.since !== undefined || options.until !== undefined;
  if (isUnstored && options.date !== undefined)
    throw new LedgerError('usage', 'Cannot print a digest of --date and --since together: choose one');
  const content = isUnstored ? await buildUnstored(options, deps) : await findStored(options, deps);
  const format = options.json === true ? 'json' : options.format;
  at.session.out(renderDigest(content, format, webUrlOf(deps)));
}

/** A digest of any window, from what is known now; it is not kept and says so. */
async function buildUnstored(options: DigestOptions, deps: Deps): Promise<DigestContent> {
  const { digest, name, claims } = deps.inForce().ledger;
  const { zone } = digest;
  const at = { now: deps.now(), zone };
  // What was stored this very instant is part of what is known now.
  const end = options.until === undefined ? at.now.add({ milliseconds: 1 }) : readWhen(options.until, '--until', at);
  const start = options.since === undefined ? end.subtract({ hours: 24 }) : readWhen(options.since, '--since', at);
  if (Temporal.Instant.compare(start, end) >= 0) {
    throw new LedgerError(
      'usage',
      `Cannot print a digest from ${start} until ${end}: the window ends before it begins`,
    );
  }
  if (options.claim !== undefined && !claims.some(({ id }) => id === options.claim))
    throw unknownClaim(options.claim, deps);
  const facts = await gatherDigestFacts(deps.db, {
    ledger: name,
    reader: HOUSE_READER,
    date: end.toZonedDateTimeISO(zone).toPlainDate().toString(),
    zone,
    window: { start, end },
    isStored: false,
    claims: options.claim === undefined ? null : [options.claim],
    rulesKey: deps.inForce().rulesKey,
  });
  return buildDigest(facts);
}

async function findStored(options: DigestOptions, deps: Deps): Promise<DigestContent> {
  const date = options.date === undefined ? null : readDate(options.date, '--date');
  if (options.claim !== undefined && !deps.inForce().ledger.claims.some(({ id }) => id === options.claim)) {
    throw unknownClaim(options.claim, deps);
  }
  const content = await findDigest(deps.db, { readerId: HOUSE_READER, date });
  if (content !== null) return options.claim === undefined ? content : narrow(content, options.claim);
  const readers = await listReaders(deps.db);
  const house = readers.find(({ id }) => id === HOUSE_READER);
  const next =
    house === undefined
      ? ''
      : ` The next one is due at ${nextDigestAt(house, deps.now()).toString({ smallestUnit: 'minute' })}.`;
  const which = date === null ? 'yet' : `of ${date}`;
  throw new LedgerError(
    'not-found',
    `There is no stored digest ${which}.${next} "claimledger digest --since 24h" shows what is known now`,
  );
}

/** The part of a stored digest that is about one claim. */
function narrow(content: DigestContent, claim: string): DigestContent {
  const isOfClaim = (row: { readonly claim: string }): boolean => row.claim === claim;
  return {
    ...content,
    moved: content.moved.filter(isOfClaim),
    evidence: content.evidence.filter(isOfClaim),
    numbers: content.numbers.filter(isOfClaim),
    unchanged: content.unchanged.filter(isOfClaim),
  };
}

function unknownClaim(id: string, deps: Deps): LedgerError {
  const known = deps.inForce().ledger.claims.map((claim) => claim.id);
  return new LedgerError('not-found', `There is no claim "${id}"; the ledger has ${known.join(', ')}`);
}

function renderDigest(content: DigestContent, format: Format, webUrl: string): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(content, null, 2)}\n`;
    case 'md':
      return `${renderDigestMarkdown(content, { webUrl }).trimEnd()}\n`;
    case 'html':
      return `${renderDigestMail(content, { webUrl, readerId: null }).html.trimEnd()}\n`;
    case 'text':
      return `${renderDigestText(content, { webUrl }).trimEnd()}\n`;
  }
}

function webUrlOf(deps: Deps): string {
  const { web } = deps.inForce().ledger;
  const { host, port } = deps.config.listen;
  return web.publicUrl ?? `http://${host}:${port}`;
}

function mailCommand(session: Session, exit: (code: number) => void) {
  const mail = command('mail', 'the daily mail: see it, send it again, try the mail server');
  mail
    .command('preview')
    .description('what the next mail to a reader would say')
    .option('--config <file>', 'the ledger file')
    .option('--reader <id>', 'whose mail (default: the first reader)')
    .addOption(new Option('--format <format>', 'which part').choices(['text', 'html', 'json']).default('text'))
    .action(async (options: MailOptions) => {
      await withHouse(session, { ...options, onHandedOver: exit }, (house) => previewMail(house, { session, options }));
    });
  mail
    .command('send')
    .description('send the mail of a date again, unchanged')
    .option('--config <file>', 'the ledger file')
    .requiredOption('--date <date>', 'the local date of the digest')
    .option('--reader <id>', 'only to this reader')
    .action(async (options: MailOptions) => {
      await withHouse(session, { ...options, onHandedOver: exit }, (house) => resendMail(house, { session, options }));
    });
  mail
    .command('test')
    .description('send a short message to an address')
    .argument('<address>')
    .option('--config <file>', 'the ledger file')
    .action(async (address: string, options: MailOptions) => {
      await withHouse(session, { ...options, onHandedOver: exit }, (house) => testMail(house, { session, address }));
    });
  return mail;
}

async function previewMail(
  house: House,
  at: { readonly session: Session; readonly options: MailOptions },
): Promise<void> {
  const { deps } = house;
  const { id } = await getReader(deps, at.options.reader);
  const preview = await previewReaderMail(id, deps);
  if (preview === null) throw new LedgerError('not-found', `There is no reader "${id}"`);
  const { content, dueAt, mail } = preview;
  if (at.options.format === 'json') {
    at.session.out(`${JSON.stringify({ reader: id, dueAt: dueAt.toString(), content }, null, 2)}\n`);
    return;
  }
  const head = `To: ${id}\nDue: ${dueAt.toString({ smallestUnit: 'minute' })}\nSubject: ${mail.subject}\n\n`;
  at.session.out(at.options.format === 'html' ? mail.html : `${head}${mail.text.trimEnd()}\n`);
}

async function resendMail(
  house: House,
  at: { readonly session: Session; readonly options: MailOptions },
): Promise<void> {
  const { deps } = house;
  const date = readDate(at.options.date ?? '', '--date');
  const ids = await requeueDelivery(deps.db, { date, readerId: at.options.reader ?? null, now: deps.now() });
  if (ids.length === 0)
    throw new LedgerError(
      'not-found',
      `There is no mail of ${date}${at.options.reader === undefined ? '' : ` to "${at.options.reader}"`}`,
    );
  for (const deliveryId of ids)
    await deps.queue.send({ name: 'send-digest', payload: { deliveryId }, key: String(deliveryId) });
  if (at.session.house === null) {
    for (const job of house.jobs)
      if (job.name === 'send-digest') for (const deliveryId of ids) await job.run({ deliveryId }, deps);
  }
  at.session.out(
    `${ids.length === 1 ? 'One mail' : `${ids.length} mails`} of ${date} ${ids.length === 1 ? 'is' : 'are'} sent again, unchanged.\n`,
  );
}

async function testMail(house: House, at: { readonly session: Session; readonly address: string }): Promise<void> {
  const { deps } = house;
  if (!isMailAddress(at.address)) {
    throw new LedgerError(
      'usage',
      `Cannot send to "${at.address}": write one plain mail address, such as me@example.org`,
    );
  }
  const { ledger } = deps.inForce();
  const now = deps.now();
  const end = now.add({ milliseconds: 1 });
  const facts = await gatherDigestFacts(deps.db, {
    ledger: ledger.name,
    reader: 'test',
    date: now.toZonedDateTimeISO(ledger.digest.zone).toPlainDate().toString(),
    zone: ledger.digest.zone,
    window: { start: end.subtract({ hours: 24 }), end },
    isStored: false,
    claims: null,
    rulesKey: deps.inForce().rulesKey,
  });
  // A test goes to whatever address: it has no entry in the ledger, and its links stop nothing.
  const recipient = { id: 'test', address: at.address, dateLanguage: ledger.digest.dates, isSubscribed: false };
  const mail = await composeDigestMail(recipient, buildDigest(facts), { date: now, deps });
  const outcome = await deps.mailer.send({
    from: ledger.digest.from,
    to: at.address,
    name: `test-${now.epochMilliseconds}`,
    message: mail.message,
  });
  if (outcome.kind === 'refused' || outcome.kind === 'unsure')
    throw new LedgerError('mail-refused', `Cannot send the test mail: ${outcome.words}`);
  at.session.out(
    outcome.kind === 'sent'
      ? `Sent: ${outcome.reply}\n`
      : `No mail server is set, so the mail was written to ${outcome.file}\n`,
  );
}

async function getReader(deps: Deps, id: string | undefined): Promise<Reader> {
  const readers = await listMailReaders(deps);
  const reader = id === undefined ? readers[0] : readers.find((known) => known.id === id);
  if (reader !== undefined) return reader;
  throw new LedgerError(
    'not-found',
    id === undefined
      ? 'The ledger has no readers (digest.readers)'
      : `There is no reader "${id}"; the ledger has ${readers.map((known) => known.id).join(', ')}`,
  );
}
