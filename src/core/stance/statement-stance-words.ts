import { COMMON_WORDS } from '#src/core/text/common-words.ts';

/** The kinds of words that tell how a text stands to what it reports. */
export const CUE_KINDS = [
  'refute',
  'deny',
  'doubt',
  'hedge',
  'report',
  'source',
  'assert',
  'negation',
  'reverse',
] as const;

/** A kind of cue word. */
export type CueKind = (typeof CUE_KINDS)[number];

// General words of news English, chosen from the language and not from the training texts; compared by their stems.
const CUES: Readonly<Record<CueKind, readonly string[]>> = {
  refute: [
    'false fake hoax fabricated untrue bogus debunked debunk disproved disproven discredited misleading mistaken wrong',
    'incorrect inaccurate baseless unfounded myth satire satirical parody spoof prank pranked joke fictional fiction',
    'invented erroneous retracted retraction correction corrected fooled duped tricked staged photoshopped scam nonsense',
    'lie lied lying made-up',
  ],
  deny: [
    'deny denied denial refute refuted refuting reject rejected dismiss dismissed dismissing contradict contradicted',
    'dispute disputed rebut rebutted quash quashed scoffed slammed disavowed',
  ],
  doubt: [
    'doubt doubtful dubious sceptical skeptical skeptic sceptic skepticism scepticism unlikely questionable suspicious',
    'suspect implausible improbable unclear mystery debate controversy question questioned',
  ],
  hedge: [
    'may might could possibly perhaps apparently seemingly seem likely probably potentially appear supposedly purported',
    'purportedly allegedly alleged reportedly unconfirmed unverified unsubstantiated believed thought suggest suggested',
    'claim claimed claiming rumour rumor rumored rumoured speculation speculated gossip viral hearsay leak leaked',
    'circulating theory conspiracy',
  ],
  report: [
    'said says told according reported report reporting wrote tweeted announced added explained stated spokesman',
    'spokeswoman spokesperson statement interview',
  ],
  source: [
    'source insider website newspaper tabloid media outlet blog post story journalist reporter anonymous unnamed internet',
  ],
  assert: [
    'confirmed confirm official officially proved prove proof evidence verified revealed reveal discovered found find',
    'indeed actually really true truth show',
  ],
  negation: ['not no never none nobody nothing neither nor without cannot'],
  reverse: [
    'quit exit exited withdraw withdrew withdrawn withdrawal cancel cancelled canceled cancellation abandon abandoned',
    'bail bailed refuse refused halt halted scrap scrapped resign resigned survive survived alive replaced',
  ],
};

const WORD = /[\p{L}\p{Nd}]+(?:['’.,-][\p{L}\p{Nd}]+)*/gu;
const KIND_BY_STEM: ReadonlyMap<string, CueKind> = new Map(
  CUE_KINDS.flatMap((kind) =>
    CUES[kind].flatMap((row) => row.split(' ')).map((word): [string, CueKind] => [stemOf(word), kind]),
  ),
);

/** A word of a statement or article. */
export interface StanceWord {
  readonly stem: string;
  readonly cue: CueKind | null;
  /** Carries meaning of its own: not a function word. */
  readonly isContent: boolean;
  readonly isCapitalised: boolean;
}

/** The words of an English text in order. */
export function listStanceWords(text: string): readonly StanceWord[] {
  const words: StanceWord[] = [];
  for (const [raw] of text.matchAll(WORD)) {
    const lower = raw.toLowerCase().replaceAll('’', "'");
    const stem = stemOf(lower);
    const cue = lower.endsWith("n't") ? 'negation' : (KIND_BY_STEM.get(stem) ?? null);
    const isContent = stem.length > 1 && !COMMON_WORDS.has(lower) && !COMMON_WORDS.has(stem);
    words.push({ stem, cue, isContent, isCapitalised: raw.charAt(0) !== lower.charAt(0) });
  }
  return words;
}

/** An English word without plural, possessive, -ed, -ing and -ly: light, so that different words stay different. */
function stemOf(word: string): string {
  let stem = word.replace(/'s?$/u, '').replaceAll('.', '');
  if (stem.length > 4 && stem.endsWith('ies')) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 3 && stem.endsWith('s') && !/[su]s$/u.test(stem)) stem = stem.slice(0, -1);
  for (const ending of ['ing', 'ed', 'ly'])
    if (stem.endsWith(ending) && stem.length - ending.length >= 4) stem = stem.slice(0, -ending.length);
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.length > 4 && stem.at(-1) === stem.at(-2) ? stem.slice(0, -1) : stem;
}
