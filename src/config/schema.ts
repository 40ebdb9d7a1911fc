/** The ledger file, as zod. One mistake never hides another: the whole file is checked at once. */
import { z } from 'zod';
import { parseDurationMs } from '#src/core/duration.ts';
import { mailAddressLengthMax, mailAddressPattern } from '#src/core/mail/address.ts';
import { webhookEvents } from '#src/core/output/webhook.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { claimSectionShape } from './claim-schema.ts';

/** Longest name, note or address in the ledger, in characters. */
const textLengthMax = 500;

const identifier = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be 1 to 64 of a-z, 0-9, dot, dash and underscore, starting with a letter or digit',
  );

const duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== null, 'must be a number with s, m, h or d, such as "30m"')
  .transform((text) => parseDurationMs(text) ?? 0);

const httpUrl = z
  .string()
  .refine((text) => resolveHttpUrl(text, null) !== null, 'must be an http or https address without a password');

const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i, 'must be host:port, such as "127.0.0.1:8765"');

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as "07:00"');

const zone = z.string().refine(isZone, 'must be a time zone of the tz database, such as "Europe/Berlin" or "UTC"');

const mailAddress = z
  .string()
  .max(mailAddressLengthMax)
  .regex(mailAddressPattern, 'must be one plain mail address, such as "me@example.org"');

/** A language that this program can write dates in. */
const dateLanguage = z
  .string()
  .refine(isDateLanguage, 'must be a language that dates can be written in, such as "en", "de" or "pt-BR"');

const count = z.int().positive();

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function isDateLanguage(text: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(text).length > 0;
  } catch {
    return false;
  }
}

const source = z.strictObject({
  url: httpUrl,
  name: z.string().min(1).max(textLengthMax).optional().describe('Shown instead of the feed’s own title'),
  read: z
    .enum(['topics', 'all'])
    .default('topics')
    .describe('topics: fetch the page of an entry that names a topic; all: fetch every entry and judge its full text'),
  enabled: z.boolean().default(true),
  every: duration
    .optional()
    .describe('Asks this often instead of by how often the source posts; never under an hour without its own hint'),
});

const page = z.strictObject({ url: httpUrl, note: z.string().max(textLengthMax).optional() });

const hostRule = z.strictObject({ spacing: duration.optional(), connections: count.max(64).optional() });

const savedQuery = z.strictObject({
  id: identifier.describe('Part of the address of its feed'),
  name: z.string().min(1).max(textLengthMax).optional(),
  query: z
    .string()
    .min(1)
    .max(textLengthMax)
    .superRefine((query, context) => {
      const { clauses, problems } = parseArticleQuery(query);
      const message = problems[0] ?? (clauses.length === 0 ? 'asks for nothing' : null);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }),
});

const webhook = z.strictObject({
  id: identifier,
  url: httpUrl.describe('Where messages are posted; a private host has to stand under fetch.allowPrivate'),
  events: z
    .array(z.enum(webhookEvents))
    .min(1)
    .default([...webhookEvents]),
  claims: z.array(z.string()).optional().describe('Only these claims; all when left out'),
});

const fetchSection = z
  .strictObject({
    allowPrivate: z.array(hostAndPort).default([]).describe('Private hosts that may be fetched, as host:port'),
    hostSpacing: duration.default(2_000).describe('Least time between the starts of two requests to one host'),
    hostConnections: count.max(16).default(1).describe('Open requests to one host at a time'),
    hosts: z.record(hostAndPort, hostRule).default({}).describe('Other spacing or connections for single hosts'),
    workers: count.max(64).default(16).describe('Hosts visited at the same time by one process'),
    feedBytesMax: count.default(10 * 1024 * 1024),
    pageBytesMax: count.default(5 * 1024 * 1024),
    timeout: duration.default(30_000).describe('Whole exchange, redirects included'),
  })
  .prefault({});

const reader = z.strictObject({
  id: identifier,
  address: mailAddress,
  time: localTime.optional(),
  zone: zone.optional(),
  claims: z.array(z.string()).optional().describe('Only these claims; all when left out'),
  dates: dateLanguage.optional().describe('The language of days and months in this reader’s mail'),
  empty: z.enum(['send', 'skip']).default('send').describe('What to do on a day without anything new'),
});

const digestSection = z
  .strictObject({
    time: localTime.default('07:00'),
    zone: zone.default('UTC'),
    dates: dateLanguage.default('en').describe('The language of days and months in the mails'),
    from: mailAddress.default('claimledger@localhost').describe('The sender; mails that come back go there too'),
    replyTo: mailAddress.optional().describe('Where answers of readers go; to the sender when left out'),
    dkimSelector: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/i, 'must be the name of a DNS record, such as "claimledger"')
      .default('claimledger')
      .describe('The DNS name of the key in DKIM_PRIVATE_KEY, under _domainkey of the sender’s domain'),
    subscribe: z
      .enum(['open', 'closed'])
      .default('closed')
      .describe('open: whoever reaches the pages may ask for the daily mail, and gets it after confirming by mail'),
    readers: z.array(reader).default([]),
  })
  .prefault({});

const webSection = z
  .strictObject({
    listen: hostAndPort.default('127.0.0.1:8080'),
    publicUrl: httpUrl
      // Paths are put behind it; the look back keeps a long run of slashes from being read again and again.
      .transform((url) => url.replace(/(?<!\/)\/+$/, ''))
      .optional()
      .describe('The address under which readers reach the pages; links in mails use it'),
    metrics: z
      .boolean()
      .optional()
      .describe('Whether /metrics answers collectors on this machine; left out: unless publicUrl is set'),
  })
  .prefault({});

const judgeSection = z.strictObject({
  url: httpUrl.describe('Where chat completions in the form of OpenAI are served, up to and without /chat/completions'),
  model: z.string().min(1).max(textLengthMax),
  callsPerDay: count.default(200).describe('Most questions a day, counted from midnight in digest.zone'),
  timeout: duration.default(30_000).describe('Longest wait for one answer'),
});

const retentionSection = z
  .strictObject({
    fetchLog: duration.default(30 * 86_400_000).describe('How long the log behind "sources why" is kept'),
    jobRuns: duration.default(30 * 86_400_000),
    pages: duration
      .default(365 * 86_400_000)
      .describe(
        'How long pages are kept that are about no topic in substance, give no quote and are linked by nothing',
      ),
    documents: duration
      .default(365 * 86_400_000)
      .describe('How long the bytes of pages are kept of which no quote was taken; their texts stay'),
  })
  .prefault({});

const watchSection = z
  .strictObject({
    depth: z
      .int()
      .min(0)
      .max(3)
      .default(1)
      .describe('How far links in the body of relevant articles are followed; 0: not at all'),
    perArticle: count
      .default(10)
      .describe('Pages asked for because of one article; more than ten are link collections'),
    perHost: z
      .int()
      .min(0)
      .default(300)
      .describe('Pages at one host that are watched, and that are asked for as cited'),
    perDay: count.default(300).describe('Cited pages asked for the first time within a day; the others wait their day'),
    longest: duration.default(7 * 86_400_000).describe('Longest wait between two visits to a watched page'),
  })
  .prefault({});

/** The whole file `ledger.yaml`. */
export const ledgerSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string().min(1).max(textLengthMax),
    contact: z
      .string()
      .max(textLengthMax)
      .regex(/^[\x21-\x7e]+$/, 'must be an address or URL in plain ASCII')
      .default('https://example.org/claimledger-contact')
      .describe('URL or mail address of the operator, put into the User-Agent'),
    ...claimSectionShape,
    sources: z.array(source).default([]),
    pages: z.array(page).default([]),
    queries: z.array(savedQuery).default([]).describe('Searches with an output feed of their own'),
    webhooks: z.array(webhook).default([]).describe('Programs that are told when something happens'),
    fetch: fetchSection,
    watch: watchSection,
    digest: digestSection,
    web: webSection,
    store: z.strictObject({ dir: z.string().min(1).default('data') }).prefault({}),
    retention: retentionSection,
    judge: judgeSection.optional().describe('A second opinion on quotes that wait for review; off when left out'),
  })
  .superRefine((ledger, context) => {
    refuseRepeatedIds(ledger.digest.readers, ['digest', 'readers'], context);
    refuseRepeatedIds(ledger.queries, ['queries'], context);
    refuseRepeatedIds(ledger.webhooks, ['webhooks'], context);
    if (ledger.digest.subscribe === 'open' && ledger.web.publicUrl === undefined) {
      const message = '"open" needs web.publicUrl: the link that confirms must lead to these pages from anywhere';
      context.addIssue({ code: 'custom', path: ['digest', 'subscribe'], message });
    }
    const claimIds = new Set(ledger.claims.map((claim) => claim.id));
    for (const [at, { claims = [] }] of ledger.digest.readers.entries()) {
      for (const [position, id] of claims.entries()) {
        if (claimIds.has(id)) continue;
        const path = ['digest', 'readers', at, 'claims', position];
        context.addIssue({ code: 'custom', path, message: `names no claim of this ledger: "${id}"` });
      }
    }
  });

function refuseRepeatedIds(
  rows: readonly { readonly id: string }[],
  path: (string | number)[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [at, { id }] of rows.entries()) {
    if (id === HOUSE_READER) {
      context.addIssue({
        code: 'custom',
        path: [...path, at, 'id'],
        message: `"${id}" is the name of the pages' own digest`,
      });
    }
    if (id.startsWith(SUBSCRIBED_PREFIX)) {
      const message = `"${SUBSCRIBED_PREFIX}" begins the names of readers who subscribed by themselves`;
      context.addIssue({ code: 'custom', path: [...path, at, 'id'], message });
    }
    if (seen.has(id))
      context.addIssue({ code: 'custom', path: [...path, at, 'id'], message: `is used twice: "${id}"` });
    seen.add(id);
  }
}

/** The reader without an address whose digests are the ones on the pages. */
export const HOUSE_READER = 'house';

/** Begins the ids of readers who subscribed on the pages, so that none of the ledger file can be mistaken for one. */
export const SUBSCRIBED_PREFIX = 'self-';

/** What a reader may choose about the daily mail, wherever it is written down. */
export const mailChoices = { address: mailAddress, time: localTime, zone, dates: dateLanguage } as const;

/** A checked ledger: defaults filled in, durations in milliseconds. */
export type Ledger = z.output<typeof ledgerSchema>;
export type LedgerSource = Ledger['sources'][number];
export type LedgerReader = Ledger['digest']['readers'][number];
