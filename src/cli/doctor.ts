/** Checks the set-up and says what to do; brings the schema up to date. */
import { statfs } from 'node:fs/promises';
import { countCallsToday, findJudge } from '#jobs/ask-judge.ts';
import { countDueWork, countedMax } from '#jobs/plan-work.ts';
import { describeOutdated } from '#src/core/display/retag.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import { compareSchema } from '#src/io/db/migrate.ts';
import { listReaders } from '#src/io/db/readers.ts';
import { listSourceRows } from '#src/io/db/sources.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';

type Options = { readonly config?: string; readonly json?: boolean };
type Finding = { readonly check: string; readonly ok: boolean; readonly words: string };

/** Below this the store may stop in the middle of a write. */
const freeBytesMin = 1024 ** 3;
/** A contact that site owners cannot use. */
const shippedContact = /example\.org/;

/** `doctor` and `migrate`. */
export const doctorCommands: CommandGroup = (session, exit) => [
  command('doctor', 'check config, store, clock, mail and disk, and say what to do')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      await withHouse(session, { ...options, onHandedOver: exit }, async (house) =>
        exit(await examine(house, session, options)),
      );
    }),
  command('migrate', 'bring the database to the schema of this program').action(async (options: Options) => {
    if (session.house !== null) {
      session.out('The running service has the schema of this program.\n');
      return;
    }
    const config = configOf(session, options);
    await using house = await session.openHouse(config, {
      kind: 'command',
      schema: 'migrate',
      ledger: 'stored',
      signal: session.signal,
    });
    const { missing } = await compareSchema(house.deps.db);
    session.out(
      missing.length === 0
        ? 'The database has the schema of this program.\n'
        : `Still missing: ${missing.join(', ')}\n`,
    );
  }),
];

async function examine(house: House, session: Session, options: Options): Promise<number> {
  const findings = [
    ...checkConfig(house),
    await checkStore(house),
    await checkSources(house),
    await checkWork(house),
    await checkRules(house),
    await checkJudge(house),
    checkMail(house),
    ...(await checkReaders(house)),
    await checkDisk(house),
  ];
  if (options.json === true) session.out(`${JSON.stringify({ items: findings }, null, 2)}\n`);
  else for (const { ok, check, words } of findings) session.out(`${ok ? 'ok  ' : 'LOOK'}  ${check}: ${words}\n`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

function checkConfig(house: House): readonly Finding[] {
  const { deps } = house;
  const { ledger, revision } = deps.inForce();
  const counts = `${ledger.claims.length} claims, ${ledger.sources.length} sources, ${ledger.pages.length} pages (revision ${revision})`;
  const isShipped = shippedContact.test(ledger.contact);
  return [
    {
      check: 'ledger',
      ok: ledger.claims.length > 0,
      words: ledger.claims.length > 0 ? counts : 'it has no claims; add one to ledger.yaml',
    },
    {
      check: 'contact',
      ok: !isShipped,
      words: isShipped
        ? 'sites cannot reach you: set "contact" in ledger.yaml to your own page or address'
        : ledger.contact,
    },
    { check: 'clock', ok: true, words: deps.now().toString({ smallestUnit: 'second' }) },
  ];
}

async function checkStore(house: House): Promise<Finding> {
  const { deps } = house;
  const { missing } = await compareSchema(deps.db);
  const where = deps.store.kind === 'embedded' ? `embedded in ${deps.config.dataDir}` : 'a Postgres server';
  const isCurrent = missing.length === 0;
  return {
    check: 'store',
    ok: isCurrent,
    words: isCurrent ? where : `${where}; run "claimledger migrate" (lacks ${missing.join(', ')})`,
  };
}

async function checkSources(house: House): Promise<Finding> {
  const rows = await listSourceRows(house.deps.db, house.deps.now());
  const failing = rows.filter(({ state }) => state === 'failing' || state === 'gone');
  const [first] = failing;
  if (first === undefined) return { check: 'sources', ok: true, words: `none of ${rows.length} fails` };
  const words = `${failing.length} of ${rows.length} fail; first ${first.id}: ${first.lastError ?? 'gone'} See "claimledger sources list"`;
  return { check: 'sources', ok: false, words };
}

/** What may be due, in words for one and for several. Texts are counted up to what one run takes. */
const workWords = [
  ['addresses', 'address to visit', 'addresses to visit'],
  ['entries', 'entry to read', 'entries to read'],
  ['versions', 'article to judge', 'articles to judge'],
  ['stories', 'article to compare with the others', 'articles to compare with the others'],
  ['runs', 'run over the archive to finish', 'runs over the archive to finish'],
  ['judgements', 'question to the judge', 'questions to the judge'],
  ['digests', 'digest to build', 'digests to build'],
  ['mails', 'mail to send', 'mails to send'],
] as const;

async function checkWork(house: House): Promise<Finding> {
  const due = await countDueWork(house.deps);
  const parts = workWords.flatMap(([kind, one, many]) => {
    const count = due[kind];
    if (count === 0) return [];
    const isCutOff = (kind === 'versions' || kind === 'stories') && count === countedMax;
    return [`${count}${isCutOff ? ' or more' : ''} ${count === 1 ? one : many}`];
  });
  return { check: 'work', ok: true, words: parts.length === 0 ? 'nothing is due' : `due now: ${parts.join(', ')}` };
}

async function checkJudge({ deps }: House): Promise<Finding> {
  const judge = findJudge(deps);
  if (judge === null) return { check: 'judge', ok: true, words: 'off' };
  const { calls, failures } = await countCallsToday(deps);
  const words = `${judge.model} at ${judge.url}: ${calls} of ${judge.callsPerDay} calls today, ${failures} failed`;
  return { check: 'judge', ok: failures === 0, words };
}

async function checkRules({ deps }: House): Promise<Finding> {
  const words = describeOutdated(await countOutdated(deps.db, deps.inForce().rulesKey));
  return { check: 'rules', ok: true, words: words ?? 'all stored articles were judged by the rules in force' };
}

function checkMail(house: House): Finding {
  const { mailer, config } = house.deps;
  const words =
    mailer.kind === 'server'
      ? 'sent through SMTP_URL'
      : `no mail server is set: mail is written to ${config.dataDir}/outbox (set SMTP_URL to send it)`;
  return { check: 'mail', ok: true, words };
}

/** Who gets the mail, who stopped it, and whose server refuses it. */
async function checkReaders(house: House): Promise<readonly Finding[]> {
  const { ledger } = house.deps.inForce();
  const readers = (await listReaders(house.deps.db)).filter(({ address }) => address !== null);
  const stopped = readers.filter(({ stoppedAt }) => stoppedAt !== null);
  const suspended = readers.filter(({ suspendedReason }) => suspendedReason !== null);
  const counted = `${readers.length - stopped.length} get the mail, ${readers.filter(({ isSubscribed }) => isSubscribed).length} subscribed by themselves`;
  const findings: Finding[] = [{ check: 'readers', ok: suspended.length === 0, words: counted }];
  for (const { id, suspendedReason } of suspended) {
    const words = `"${id}" gets no mail, the server refuses it: ${suspendedReason}. Give another address in ledger.yaml`;
    findings.push({ check: 'readers', ok: false, words });
  }
  for (const { id, stoppedAt, isSubscribed } of stopped) {
    const advice = isSubscribed
      ? ''
      : '; take the entry out of ledger.yaml, or let the reader start it again on the page';
    findings.push({ check: 'readers', ok: true, words: `"${id}" stopped the mail on ${stoppedAt}${advice}` });
  }
  if (readers.length > 0 && ledger.web.publicUrl === undefined) {
    const words =
      'mails have no link that stops them: set web.publicUrl to the address under which readers reach the pages';
    findings.push({ check: 'unsubscribe', ok: true, words });
  }
  return findings;
}

async function checkDisk(house: House): Promise<Finding> {
  const { bavail, bsize } = await statfs(house.deps.config.dataDir).catch(() => ({
    bavail: Number.POSITIVE_INFINITY,
    bsize: 1,
  }));
  const free = bavail * bsize;
  const words = Number.isFinite(free) ? `${(free / 1024 ** 3).toFixed(1)} GB free` : 'no data directory';
  return {
    check: 'disk',
    ok: free >= freeBytesMin,
    words: free >= freeBytesMin ? words : `${words}; the store needs at least 1 GB`,
  };
}
