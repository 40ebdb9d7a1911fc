/** What the JSON API answers, as zod: the OpenAPI document is made from these. */
import { z } from 'zod';

const stance = z.enum(['supports', 'reports', 'disputes']);
const storyRole = z
  .enum(['original', 'copy', 'derivative', 'spun'])
  .describe('Only originals are independent origins; spun copies are no evidence');
const textFrom = z.enum(['page', 'feed', 'headline']);
const field = z.enum(['text', 'title']);
const modifier = z.enum(['exact', 'about', 'under', 'over', 'range']);
const moment = z.string().describe('RFC 3339, or YYYY-MM-DD when only the day is known');
const instant = z.string().describe('RFC 3339');
const count = z.number().int().nonnegative();

const tally = z.object({ supports: count, reports: count, disputes: count }).describe('Independent origins per stance');

const amounts = {
  value: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  unit: z.string().describe('ISO 4217 code, GPUs or GPU-hours'),
  modifier,
};

const answer = z
  .object({ verdict: z.enum(['confirm', 'stance']), by: z.string() })
  .nullable()
  .optional()
  .describe('What a person answered about the quote');

const judgedBy = z
  .string()
  .nullable()
  .optional()
  .describe('The model of the optional judge whose word decided about the quote');

const captionKind = z.enum(['manual', 'automatic', 'transcript']).describe('Who wrote the words');

const spoken = z.object({
  kind: captionKind,
  lang: z.string().nullable(),
  second: count.nullable().describe('The second of the recording at which it is said'),
});

const quote = z.object({
  taggingId: z.number(),
  articleId: z.number(),
  claim: z.string(),
  stance,
  speaker: z.string().nullable(),
  quote: z.string(),
  field,
  lang: z.string().nullable(),
  outlet: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  textFrom,
  publishedAt: moment.nullable(),
  storedAt: instant,
  // Digests that were frozen before quotes were followed lack both.
  change: z
    .object({
      kind: z.enum(['altered', 'gone']),
      was: z.string().describe('The words as they were'),
      words: z.string().nullable().describe('The words that stand in their place'),
      lastThereAt: instant,
      seenAt: instant,
      version: count,
      foundVersion: count,
    })
    .nullable()
    .optional()
    .describe('What its publisher did to the quote, between two looks'),
  unseen: z
    .object({ since: instant, words: z.string() })
    .nullable()
    .optional()
    .describe('Set while the page cannot be looked at'),
  originId: z.number().optional().describe('The original whose words these are, the article itself when it is one'),
  repeated: z
    .object({ articleCount: count, outletCount: count })
    .nullable()
    .optional()
    .describe('How many other articles repeat these words, and in how many outlets they stand'),
  answer,
  judgedBy,
  spoken: spoken.nullable().optional().describe('Set for a quote from captions or a transcript'),
});

const number = z.object({
  claim: z.string(),
  articleId: z.number(),
  stance,
  speaker: z.string().nullable(),
  outlet: z.string(),
  written: z.string(),
  ...amounts,
  measure: z.string().nullable().optional().describe('What it measures, in the words of the ledger'),
  storedAt: instant,
  firstSeenAt: instant.nullable(),
});

const move = z.object({
  kind: z.enum(['first-seen', 'new-stance', 'lead-changed', 'value-outside', 'quote-altered', 'quote-gone']),
  stance: stance.optional(),
  written: z.string().optional(),
  words: z.string(),
});

const named = { claim: z.string(), short: z.string() };
const stated = { ...named, statement: z.string() };

/** A stored digest. */
export const digestSchema = z.object({
  ledger: z.string(),
  reader: z.string(),
  date: z.string(),
  zone: z.string(),
  window: z.object({ start: instant, end: instant }).describe('Half-open: the start is in it, the end is not'),
  isStored: z.boolean(),
  claimCount: count,
  movedCount: count,
  quoteCount: count,
  originCount: count,
  headline: z.string(),
  sight: z.enum(['clear', 'half-blind', 'blind', 'not-yet']),
  coverage: z.object({
    documentsTried: count,
    documentsRead: count,
    sourcesCount: count,
    sourcesTried: count,
    sourcesAnswered: count,
    lastReadAt: instant.nullable(),
    earlierRulesCount: count.optional().describe('Stored articles that stand by the judgement of earlier rules'),
  }),
  moved: z
    .array(z.object({ ...stated, before: tally, now: tally, moves: z.array(move).readonly(), quote: quote.nullable() }))
    .readonly(),
  evidence: z
    .array(z.object({ ...stated, before: tally, now: tally, quotes: z.array(quote).readonly(), moreCount: count }))
    .readonly(),
  regained: z
    .array(z.object({ ...named, count }))
    .readonly()
    .optional()
    .describe('Quotes that changed rules found in articles read before the window'),
  numbers: z.array(number.extend({ short: z.string(), fit: z.enum(['inside', 'outside', 'unmeasured']) })).readonly(),
  moreNumbersCount: count,
  sources: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: z.enum(['failing', 'gone', 'moved']),
        words: z.string(),
        since: instant.nullable(),
      }),
    )
    .readonly(),
  unchanged: z.array(z.object({ ...named, now: tally })).readonly(),
});

/** A digest in the list of days. */
export const digestDaySchema = z.object({ date: z.string() });

/** A claim in the list. */
export const claimRowSchema = z.object({
  id: z.string(),
  short: z.string(),
  statement: z.string(),
  tally,
  days: z.array(count).readonly().describe('New origins on each of the last 14 days, today last'),
  newCount: count,
  hasMovedToday: z.boolean(),
  lastQuoteAt: instant.nullable(),
  addedAt: instant,
});

/** An article below the one that it leans on; a first report leans on none. */
const citationNode = z
  .object({
    articleId: z.number(),
    outlet: z.string(),
    title: z.string(),
    at: instant,
    how: z.enum(['same words', 'cites it', 'names it']).nullable(),
    isDerivative: z.boolean().describe('All it has about the claim comes from the article above it'),
    alsoCites: z.array(z.string()).readonly(),
    get children() {
      return z.array(citationNode).readonly();
    },
  })
  .meta({ id: 'CitationNode' });

/** A claim with what was said about it. */
export const claimSchema = z.object({
  id: z.string(),
  short: z.string(),
  statement: z.string(),
  amount: z.object({ unit: z.string(), min: z.number(), max: z.number() }).nullable(),
  addedAt: instant,
  tally,
  counts: z
    .object({ quoteCount: count, originCount: count, articleCount: count })
    .describe('Of all quotes; an origin counts once, its copies count as articles'),
  days: z
    .array(z.object({ date: z.string(), added: tally }))
    .readonly()
    .describe('New origins by day, oldest first'),
  quotes: z.array(quote).readonly(),
  first: quote.nullable().describe('The oldest quote'),
  changed: z.array(quote).readonly().describe('Quotes that their publishers altered or took away, newest change first'),
  numbers: z.array(number).readonly(),
  moves: z.array(z.object({ date: z.string(), moves: z.array(move).readonly() })).readonly(),
  citations: z
    .object({ roots: z.array(citationNode).readonly(), unsourcedCount: count })
    .describe('Who has the claim from whom: each article below the one that it cites for it'),
});

const tagging = z.object({
  id: z.number(),
  claim: z.string(),
  stance,
  status: z.enum(['tag', 'candidate']),
  score: z.number(),
  speaker: z.string().nullable(),
  answer,
  judgedBy,
  evidence: z
    .array(z.object({ field, start: count, end: count, quote: z.string(), spoken: spoken.nullable() }))
    .readonly(),
  quantities: z.array(z.object({ ...amounts, field, start: count, end: count, written: z.string() })).readonly(),
});

/** An article in a list. */
export const articleRowSchema = z.object({
  id: z.number(),
  url: z.string().nullable(),
  canonicalUrl: z.string().nullable(),
  title: z.string(),
  source: z.string().nullable(),
  outlet: z.string(),
  lang: z.string().nullable(),
  publishedAt: moment.nullable(),
  firstSeenAt: instant,
  relevant: z.boolean(),
  topics: z.array(z.string()).readonly(),
  taggings: z.array(tagging).readonly().describe('Nothing for a spun copy: its quotes may be garbled'),
  story: z
    .object({ id: z.number(), role: storyRole, originId: z.number(), copyCount: count })
    .nullable()
    .describe('Its story and whose words it repeats; null until it has its place'),
});

const member = {
  articleId: z.number(),
  title: z.string(),
  outlet: z.string(),
  lang: z.string().nullable(),
  appearedAt: instant,
  role: storyRole,
  originId: z.number(),
  repeatsId: z.number().nullable().describe('The article that it was found to repeat'),
  sameWords: z.number().nullable().describe('The share of words, 0 to 1, that both have'),
  credit: z.string().nullable().describe('The outlet or agency that it names as its source'),
};

/** A story: its independent origins, and under each the articles that repeat it. */
export const storySchema = z.object({
  id: z.number(),
  title: z.string(),
  lang: z.string().nullable(),
  firstAppearedAt: instant,
  articleCount: count,
  outletCount: count,
  originCount: count,
  claims: z.array(z.string()).readonly(),
  origins: z
    .array(
      z.object({
        ...member,
        taggings: z.array(z.object({ claim: z.string(), stance })).readonly(),
        copies: z.array(z.object(member)).readonly(),
      }),
    )
    .readonly(),
});

/** An article with its text; offsets are UTF-16 indexes into `text` or `title`. */
export const articleSchema = articleRowSchema.extend({
  byline: z.string().nullable(),
  textFrom,
  text: z.string(),
  versions: z
    .array(
      z.object({
        number: count,
        seenAt: instant,
        reason: z.enum(['page', 'reader']),
        textFrom,
        extractor: z.string(),
        title: z.string(),
        text: z.string(),
        corrections: z.array(z.string()).readonly(),
        captions: captionKind.nullable().describe('Whose captions its text ends with'),
      }),
    )
    .readonly(),
  captions: z
    .object({
      lang: z.string().nullable(),
      kind: captionKind,
      url: z.string(),
      place: z
        .object({ start: count, end: count })
        .nullable()
        .describe('Where they stand in `text`; null when not read'),
      words: z.string().nullable().describe('What went wrong at the last visit'),
    })
    .nullable()
    .describe('The caption track or transcript that its page or feed offers'),
  quotes: z
    .array(
      z.object({
        taggingId: z.number(),
        claim: z.string(),
        stance,
        quote: z.string(),
        version: count,
        state: z.enum(['present', 'moved', 'altered', 'gone']),
        words: z.string().nullable().describe('The words that stand in its place'),
        foundVersion: count.nullable(),
        lastThereAt: instant.nullable(),
        seenAt: instant.nullable(),
      }),
    )
    .readonly()
    .describe('The quotes of the text, and those of earlier versions that have moved, changed or gone'),
  unseen: z.object({ since: instant, words: z.string() }).nullable().describe('Set while the page cannot be looked at'),
});

/** A source or a watched page. */
export const sourceSchema = z.object({
  id: z.string(),
  kind: z.enum(['feed', 'page']),
  url: z.string(),
  name: z.string(),
  state: z.enum(['working', 'waiting', 'paused', 'failing', 'gone']),
  lastOutcome: z.string().nullable(),
  lastError: z.string().nullable(),
  lastFetchedAt: instant.nullable(),
  nextDueAt: instant.nullable(),
  dueWords: z.string().describe('When the next visit is and why'),
  failingSince: instant.nullable(),
  lastChangedAt: instant.nullable(),
  quotes: z
    .object({ count, alteredCount: count, goneCount: count })
    .nullable()
    .describe('How the quotes of a watched page stand'),
});

/** Every failure (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  instance: z.string().describe('How the log names this request'),
});

/** A part of a list; `next` is the cursor of the following part, null on the last. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item).readonly(), next: z.string().nullable() });
}

/** The failures of a route, for its document. */
export const problems = {
  400: problemAnswer('A parameter cannot be read'),
  401: problemAnswer('It needs a token that allows it'),
  404: problemAnswer('There is none'),
};

function problemAnswer(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}

/** A change. */
export const changeSchema = z.object({
  seq: z.number().int().describe('Grows in the order of the commits; there may be gaps'),
  kind: z.enum([
    ...(['article', 'article-changed', 'version', 'tagging-opened', 'tagging-closed'] as const),
    ...(['quote-state', 'quote-state-closed', 'verdict', 'verdict-undone', 'opinion', 'place', 'place-left'] as const),
  ]),
  articleId: z.number(),
  versionId: z.number().nullable(),
  taggingId: z.number().nullable(),
  claim: z.string().nullable(),
  stance: stance.nullable(),
  detail: z.string().nullable().describe('The state of a quote, a verdict, a role in a story, why a version was kept'),
  originId: z.number().nullable().describe('Whose words the article repeats, of a place in a story'),
  at: instant,
});

const facet = z
  .array(z.object({ value: z.string(), count }))
  .readonly()
  .nullable()
  .describe('Null where there are too many articles to look into');

/** What a search can be narrowed down by. */
export const searchCountsSchema = z.object({
  articleCount: count,
  originCount: count.describe('0 where the count is not exact'),
  isExact: z.boolean().describe('False: there are more than these'),
  facets: z.object({ claim: facet, stance: facet, source: facet, lang: facet }),
});

/** A quote that waits for a person. */
export const waitingSchema = z.object({
  taggingId: z.number(),
  articleId: z.number(),
  claim: z.string(),
  statement: z.string(),
  stance,
  speaker: z.string().nullable(),
  quote: z.string(),
  field,
  lang: z.string().nullable(),
  title: z.string(),
  outlet: z.string(),
  url: z.string().nullable(),
  publishedAt: moment.nullable(),
  storedAt: instant,
});

/** What an answer became. */
export const answeredSchema = z.object({
  taggingId: z.number(),
  claim: z.string(),
  verdict: z.enum(['confirm', 'reject', 'stance']),
  stance,
});

/** A saved search. */
export const savedQuerySchema = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  isFromLedger: z.boolean(),
  addedBy: z.string().nullable(),
  addedAt: instant,
});
