/** An invented day of an invented ledger, for the tests of everything that draws a digest. */
import { emptyTally } from '#src/core/digest/balance.ts';
import {
  buildDigest,
  type DigestContent,
  type DigestFacts,
  type DigestQuote,
  type SeenNumber,
} from '#src/core/digest/digest.ts';

const claims: DigestFacts['claims'] = [
  {
    id: 'bridge-cost',
    short: 'Bridge cost',
    statement: 'The Elbe bridge was repaired for about $5.6 million',
    amount: { unit: 'USD', min: 5_000_000, max: 6_200_000 },
  },
  { id: 'no-permit', short: 'No permit', statement: 'The repair went ahead without a permit', amount: null },
  { id: 'crew-200', short: 'Crew size', statement: 'About 200 people worked on the bridge', amount: null },
];

const quote: DigestQuote = {
  taggingId: 11,
  articleId: 101,
  claim: 'bridge-cost',
  stance: 'disputes',
  speaker: 'Ada Brandt',
  quote: 'Nobody who has ever paid for steel believes the five-million figure. Our estimate is $1.6 billion.',
  field: 'text',
  lang: 'en',
  outlet: 'Quay Notes',
  title: 'What the bridge really cost',
  url: 'https://quay-notes.example/bridge?a=1&b=2',
  textFrom: 'page',
  publishedAt: '2025-01-30T05:48:00Z',
  storedAt: '2025-01-30T06:01:00Z',
  change: null,
  unseen: null,
};

const german: DigestQuote = {
  ...quote,
  taggingId: 12,
  articleId: 102,
  claim: 'no-permit',
  stance: 'reports',
  speaker: null,
  quote: 'Eine Genehmigung lag nach Angaben der Stadt nicht vor.',
  lang: 'de',
  outlet: 'Elbkurier',
  title: 'Brücke ohne Genehmigung',
  url: 'https://elbkurier.example/bruecke',
  publishedAt: '2025-01-29',
  storedAt: '2025-01-29T14:32:00Z',
};

const number: SeenNumber = {
  claim: 'bridge-cost',
  articleId: 101,
  stance: 'disputes',
  speaker: 'Ada Brandt',
  outlet: 'Quay Notes',
  written: '$1.6 billion',
  value: 1.6e9,
  min: 1.6e9,
  max: 1.6e9,
  unit: 'USD',
  modifier: 'exact',
  storedAt: '2025-01-30T06:01:00Z',
  firstSeenAt: null,
};

/** The facts of a day on which one claim moved, one has more of the same, and one stood still. */
export const sampleFacts: DigestFacts = {
  ledger: 'The Elbe bridge',
  reader: 'house',
  date: '2025-01-30',
  zone: 'UTC',
  window: { start: Temporal.Instant.from('2025-01-29T07:00:00Z'), end: Temporal.Instant.from('2025-01-30T07:00:00Z') },
  isStored: true,
  claims,
  balances: new Map([
    [
      'bridge-cost',
      { before: { supports: 3, reports: 7, disputes: 4 }, now: { supports: 3, reports: 7, disputes: 5 } },
    ],
    ['no-permit', { before: { supports: 1, reports: 2, disputes: 0 }, now: { supports: 1, reports: 3, disputes: 0 } }],
    ['crew-200', { before: emptyTally, now: emptyTally }],
  ]),
  quotes: [german, quote],
  changed: [],
  numbers: [
    number,
    {
      ...number,
      articleId: 103,
      outlet: 'Elbkurier',
      written: '$5.6 million',
      value: 5.6e6,
      min: 5.6e6,
      max: 5.6e6,
      firstSeenAt: '2025-01-20T09:00:00Z',
    },
  ],
  coverage: {
    documentsTried: 221,
    documentsRead: 214,
    sourcesCount: 14,
    sourcesTried: 14,
    sourcesAnswered: 12,
    lastReadAt: '2025-01-30T06:10:00Z',
  },
  sources: [
    {
      id: 'capital-1',
      name: 'Capital Wire',
      state: 'failing',
      words: 'The site asks us to sign in (403).',
      since: '2025-01-29T19:40:00Z',
    },
    {
      id: 'quay-2',
      name: 'Quay Notes',
      state: 'moved',
      words: 'The feed has a new address; we follow it.',
      since: null,
    },
  ],
};

/** A digest of the sample day with other facts. */
export function sampleDigest(facts: Partial<DigestFacts> = {}): DigestContent {
  return buildDigest({ ...sampleFacts, ...facts });
}

/** A day on which no source answered. */
export function blindDigest(): DigestContent {
  const still = new Map([...sampleFacts.balances].map(([id, { before }]) => [id, { before, now: before }]));
  const coverage = { ...sampleFacts.coverage, documentsTried: 3, documentsRead: 0, sourcesAnswered: 0 };
  return sampleDigest({ quotes: [], numbers: [], balances: still, coverage });
}

/** Outside text that tries to become markup, a header or another address. */
export const hostileFacts: Partial<DigestFacts> = {
  quotes: [
    {
      ...quote,
      speaker: '<script>alert(1)</script>\r\nBcc: all@evil.example',
      quote: '"><img src=x onerror=alert(1)> [click](javascript:alert(1)) \u202Egnp.exe & "so on"',
      outlet: "<iframe srcdoc='<b>'>",
      lang: '"><script>',
      url: 'javascript:alert(1)',
    },
  ],
  sources: [
    {
      id: '"><base href=//evil.example>',
      name: '<svg onload=alert(1)>',
      state: 'gone',
      words: '</p><form action=//evil.example>',
      since: null,
    },
  ],
};

/** A day with four long quotes and one number on each of many claims; on its first day every claim moves. */
export function crowdedDigest(claimCount: number, options: { readonly isFirstDay?: boolean } = {}): DigestContent {
  const [quote] = sampleFacts.quotes;
  const [number] = sampleFacts.numbers;
  if (quote === undefined || number === undefined) throw new Error('the sample has quotes and numbers');
  const claims = Array.from({ length: claimCount }, (_, index) => ({
    id: `claim-${index}`,
    short: `Claim ${index}`,
    statement: `Statement ${index} about ${'the very same old bridge '.repeat(3)}`,
    amount: null,
  }));
  const before = options.isFirstDay === true ? emptyTally : { supports: 1, reports: 2, disputes: 0 };
  const balances = new Map(claims.map(({ id }) => [id, { before, now: { supports: 1, reports: 5, disputes: 0 } }]));
  const quotes = claims.flatMap(({ id }, index) =>
    [1, 2, 3, 4].map((copy) => ({
      ...quote,
      claim: id,
      taggingId: index * 10 + copy,
      quote: 'Nobody knew it. '.repeat(20),
    })),
  );
  const numbers = claims.map(({ id }, index) => ({ ...number, claim: id, value: index, min: index, max: index }));
  return sampleDigest({ claims, balances, quotes, numbers });
}
