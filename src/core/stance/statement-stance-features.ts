import { splitSentences } from '#src/core/text/sentences.ts';
import { type CueKind, listStanceWords, type StanceWord } from './statement-stance-words.ts';

/** Named numbers, mostly from 0 to 1, that the weights multiply. */
export type Features = Readonly<Record<string, number>>;

// News says what it is about, and whether it believes it, early; the rest of a long page only costs time.
const TEXT_CHARACTERS = 6000;
// A statement is a sentence or two.
const STATEMENT_CHARACTERS = 1000;
const LEAD_WORDS = 70;
const LEAD_SENTENCES = 4;
// Words that the text returns to most are its subject.
const SUBJECT_STEMS = 12;
// A sentence speaks of the statement when it holds two of its words or a third of them.
const NEAR_STEMS_MIN = 2;
const NEAR_SHARE_MIN = 0.34;

// What a single word does not say.
const PHRASES: Readonly<Record<string, RegExp>> = {
  untrue:
    /\b(?:no (?:evidence|proof|sign|indication|truth|record|basis)|not (?:true|real|accurate|the case|happening)|never (?:happened|existed|took place|occurred)|too good to be true|(?:isn|wasn|aren|didn|doesn)['’]t (?:true|real|happen|exist))/iu,
  turned:
    /\b(?:ruled? out|turns? out|turned out|contrary to|in fact|in reality|no longer|far from|not so fast|set the record straight|cast(?:s|ing)? doubt|raise[ds]? (?:doubts?|questions)|called? into question|likely (?:a )?(?:hoax|fake)|pour(?:s|ed)? cold water|shot down|walk(?:ed|s)? back)\b/iu,
  unconfirmed:
    /\b(?:(?:not|n['’]t|yet|cannot|unable) (?:been )?(?:immediately )?(?:be )?(?:independently )?(?:confirm|verif|authenticat)|not clear|unclear|declined to comment|did not (?:immediately )?respond|no comment|remains to be seen)/iu,
  attributed:
    /\b(?:according to|it is (?:believed|claimed|said)|claim(?:s|ed) (?:that|to)|reports? (?:that|say|claim)|is said to)\b/iu,
  updated: /\b(?:update|updated|correction|editor['’]s note)\s?[:(-]/iu,
  reversed:
    /\b(?:pull(?:s|ed|ing)? out|drop(?:s|ped|ping)? out|back(?:s|ed|ing)? out|bow(?:s|ed|ing)? out|walk(?:s|ed)? away|no longer|f[ae]ll(?:s|en)? through|pass(?:es|ed) on|leav(?:es|ing)|turn(?:s|ed) down|step(?:s|ped) (?:down|aside)|will not|has not|did not|was not|is not|(?:wo|would|did|is|was|has)n['’]t)\b/iu,
};
// A statement that says that something is not so.
const REVERSAL =
  /\b(?:pull(?:s|ed|ing)? out|drop(?:s|ped|ping)? out|back(?:s|ed|ing)? out|no longer|leav(?:es|ing)|turn(?:s|ed) down|not)\b|n['’]t\b/iu;

interface PreparedSentence {
  readonly raw: string;
  readonly stems: ReadonlySet<string>;
  readonly cueCounts: Readonly<Record<CueKind, number>>;
}

/** A text read once: its features against any number of statements are then cheap. */
export interface PreparedText {
  readonly sentences: readonly PreparedSentence[];
  readonly countByStem: ReadonlyMap<string, number>;
  readonly firstWordByStem: ReadonlyMap<string, number>;
  /** Stems written with a capital inside a sentence: names. */
  readonly names: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
  readonly subject: readonly string[];
  readonly wordCount: number;
  readonly quoteMarkCount: number;
  readonly phrases: Features;
}

/** A statement read once. */
export interface PreparedStatement {
  readonly raw: string;
  readonly stems: readonly string[];
  readonly pairs: readonly string[];
  readonly phrases: Features;
  /** 1 when it says that something is not so ("X denies", "Y is a hoax"). */
  readonly negated: number;
  /** 0 to 1: it hands the saying to somebody else ("reportedly", "sources say"). */
  readonly hedged: number;
}

/** Reads the words, sentences and phrases of an article. */
export function prepareText(text: string): PreparedText {
  const sample = text.slice(0, TEXT_CHARACTERS);
  const countByStem = new Map<string, number>();
  const firstWordByStem = new Map<string, number>();
  const [names, pairs] = [new Set<string>(), new Set<string>()];
  let wordCount = 0;
  const sentences = splitSentences(sample).map(({ start, end }): PreparedSentence => {
    const raw = sample.slice(start, end);
    const words = listStanceWords(raw);
    for (const pair of listPairs(words)) pairs.add(pair);
    for (const [i, word] of words.entries()) {
      wordCount++;
      if (!word.isContent) continue;
      countByStem.set(word.stem, (countByStem.get(word.stem) ?? 0) + 1);
      if (!firstWordByStem.has(word.stem)) firstWordByStem.set(word.stem, wordCount);
      if (i > 0 && word.isCapitalised) names.add(word.stem);
    }
    return { raw, stems: contentStems(words), cueCounts: countCues(words) };
  });
  const subject = [...countByStem].sort((a, b) => b[1] - a[1]).slice(0, SUBJECT_STEMS);
  return {
    sentences,
    countByStem,
    firstWordByStem,
    names,
    pairs,
    subject: subject.map(([stem]) => stem),
    wordCount,
    quoteMarkCount: sample.match(/[“"”]/gu)?.length ?? 0,
    phrases: findPhrases(sentences.map(({ raw }) => raw)),
  };
}

/** Reads the words of a statement or headline. */
export function prepareStatement(statement: string): PreparedStatement {
  const raw = statement.slice(0, STATEMENT_CHARACTERS);
  const words = listStanceWords(raw);
  const cues = countCues(words);
  const plain = contentStems(words.filter(({ cue }) => cue === null));
  return {
    raw,
    stems: [...(plain.size > 0 ? plain : contentStems(words))],
    pairs: listPairs(words),
    phrases: findPhrases([raw]),
    negated: Math.min(
      1,
      cues.refute + cues.deny + cues.doubt + cues.negation + cues.reverse + (REVERSAL.test(raw) ? 1 : 0),
    ),
    hedged: Math.min(1, cues.hedge + 0.7 * cues.report + 0.7 * cues.source),
  };
}

/** How far the text speaks of the statement's subject at all. */
export function listTopicFeatures(statement: PreparedStatement, text: PreparedText): Features {
  const { stems, pairs, raw } = statement;
  const count = Math.max(1, stems.length);
  const weightOf = (stem: string): number =>
    (text.names.has(stem) ? 2 : 1) * (stem.length > 6 ? 1.3 : stem.length < 4 ? 0.7 : 1);
  const total = Math.max(1e-9, sum(stems, weightOf));
  const share = (isIn: (stem: string) => boolean): number => stems.filter(isIn).length / count;
  const overlap = sum(stems, (stem) => (text.countByStem.has(stem) ? weightOf(stem) : 0)) / total;
  const lead = share((stem) => (text.firstWordByStem.get(stem) ?? Infinity) <= LEAD_WORDS);
  const pairCount = pairs.filter((pair) => text.pairs.has(pair)).length;
  return {
    ...bestSentences(text, { stems, total, weightOf }),
    overlap,
    lead,
    overlapSquared: overlap ** 2,
    overlapInLead: overlap * lead,
    plainOverlap: share((stem) => text.countByStem.has(stem)),
    hits: Math.min(6, stems.filter((stem) => text.countByStem.has(stem)).length) / 6,
    isMostlyThere: overlap > 0.6 ? 1 : 0,
    first: share((stem) => text.sentences[0]?.stems.has(stem) ?? false),
    pairs: pairCount / Math.max(1, pairs.length),
    anyPairs: Math.min(3, pairCount) / 3,
    names: Math.min(4, stems.filter((stem) => text.names.has(stem)).length) / 4,
    subject: text.subject.filter((stem) => stems.includes(stem)).length / SUBJECT_STEMS,
    mainSubject: text.subject.slice(0, 5).filter((stem) => stems.includes(stem)).length / 5,
    frequency: sum(stems, (stem) => Math.log1p(text.countByStem.get(stem) ?? 0)) / count,
    topFrequency: Math.log1p(Math.max(0, ...stems.map((stem) => text.countByStem.get(stem) ?? 0))),
    statementLength: saturate(stems.length, 6),
    textLength: Math.log1p(text.wordCount) / 8,
    isShort: text.wordCount < 100 ? 1 : 0,
    asks: raw.includes('?') ? 1 : 0,
    quotes: /['"‘“]/u.test(raw) ? 1 : 0,
    hasColon: raw.includes(':') ? 1 : 0,
  };
}

interface Weighing {
  readonly stems: readonly string[];
  readonly total: number;
  readonly weightOf: (stem: string) => number;
}

/** The share of the statement that one sentence, or two in a row, hold at best, and how late that sentence comes. */
function bestSentences({ sentences }: PreparedText, { stems, total, weightOf }: Weighing): Features {
  let [best, bestPair, bestIndex] = [0, 0, 0];
  for (const [i, sentence] of sentences.entries()) {
    const previous = sentences[i - 1];
    const own = sum(stems, (stem) => (sentence.stems.has(stem) ? weightOf(stem) : 0));
    const both =
      own + sum(stems, (stem) => (!sentence.stems.has(stem) && previous?.stems.has(stem) ? weightOf(stem) : 0));
    if (own > best) [best, bestIndex] = [own, i];
    bestPair = Math.max(bestPair, both);
  }
  return { best: best / total, bestPair: bestPair / total, bestLateness: saturate(bestIndex, 3) };
}

// The cue kinds that are looked for in the text; a denial, a doubt and a reversal also count as one.
const TEXT_CUES: Readonly<Record<string, readonly CueKind[]>> = {
  refute: ['refute'],
  deny: ['deny'],
  doubt: ['doubt'],
  hedge: ['hedge'],
  report: ['report'],
  source: ['source'],
  assert: ['assert'],
  reverse: ['reverse'],
  against: ['refute', 'deny', 'doubt', 'negation', 'reverse'],
};

/** How the text stands to the statement: cue words and phrases by place, also multiplied by what the statement itself says. */
export function listAttitudeFeatures(statement: PreparedStatement, text: PreparedText): Features {
  const { negated, hedged, stems } = statement;
  const { sentences } = text;
  const near = nearIndexes(stems, sentences);
  const features: Record<string, number> = {
    negated,
    hedged,
    isPlain: negated === 0 && hedged === 0 ? 1 : 0,
    nearCount: saturate(near.hitCount, 3),
    nearShare: near.hitCount / Math.max(1, sentences.length),
    quoteMarks: (text.quoteMarkCount / Math.max(20, text.wordCount)) * 10,
    questions: saturate(sentences.filter(({ raw }) => raw.endsWith('?')).length, 1),
  };
  const add = (name: string, value: number): void => {
    features[name] = value;
    features[`${name} × negated`] = value * negated;
    features[`${name} × hedged`] = value * hedged;
  };
  for (const [name, kinds] of Object.entries(TEXT_CUES)) {
    const counts = sentences.map(({ cueCounts }) => sum(kinds, (kind) => cueCounts[kind]));
    const sentenceCount = counts.filter((count) => count > 0).length;
    add(`${name} near`, near.indexes.filter((i) => (counts[i] ?? 0) > 0).length / (near.indexes.length + 1));
    add(`${name} first`, Math.min(1, counts[0] ?? 0));
    add(`${name} share`, sentenceCount / (sentences.length + 2));
    add(
      `${name} count`,
      saturate(
        sum(counts, (count) => count),
        4,
      ),
    );
  }
  for (const [name, value] of Object.entries(text.phrases)) add(name, value);
  for (const [name, value] of Object.entries(statement.phrases)) features[`statement ${name}`] = value;
  return features;
}

/** The sentences that speak of the statement, each with the one behind it. */
function nearIndexes(
  stems: readonly string[],
  sentences: readonly PreparedSentence[],
): { readonly indexes: readonly number[]; readonly hitCount: number } {
  const indexes = new Set<number>();
  let hitCount = 0;
  for (const [i, sentence] of sentences.entries()) {
    const count = stems.filter((stem) => sentence.stems.has(stem)).length;
    if (count < NEAR_STEMS_MIN && count / Math.max(1, stems.length) < NEAR_SHARE_MIN) continue;
    hitCount++;
    indexes.add(i);
    if (i + 1 < sentences.length) indexes.add(i + 1);
  }
  return { indexes: [...indexes], hitCount };
}

/** 1 for each phrase that occurs, once anywhere and once in the lead. */
function findPhrases(sentences: readonly string[]): Features {
  const found: Record<string, number> = {};
  for (const [name, pattern] of Object.entries(PHRASES)) {
    const at = sentences.findIndex((sentence) => pattern.test(sentence));
    found[`says ${name}`] = at >= 0 ? 1 : 0;
    found[`leads ${name}`] = at >= 0 && at < LEAD_SENTENCES ? 1 : 0;
  }
  return found;
}

function contentStems(words: readonly StanceWord[]): ReadonlySet<string> {
  return new Set(words.filter(({ isContent }) => isContent).map(({ stem }) => stem));
}

/** Content words next to each other, function words between them left out. */
function listPairs(words: readonly StanceWord[]): readonly string[] {
  const content = words.filter(({ isContent }) => isContent);
  return content.slice(1).map(({ stem }, i) => `${content[i]?.stem ?? ''} ${stem}`);
}

function countCues(words: readonly StanceWord[]): Readonly<Record<CueKind, number>> {
  const counts = { refute: 0, deny: 0, doubt: 0, hedge: 0, report: 0, source: 0, assert: 0, negation: 0, reverse: 0 };
  for (const { cue } of words) if (cue !== null) counts[cue]++;
  return counts;
}

/** Grows from 0 to 1 and is one half at `half`. */
function saturate(count: number, half: number): number {
  return count / (count + half);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
}
