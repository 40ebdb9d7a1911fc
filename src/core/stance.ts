import type { Stance } from '#src/core/claim-definition.ts';
import type { CompiledClaim } from '#src/core/claim-language.ts';
import { isQuoted } from '#src/core/quotation.ts';
import { findSpeaker } from '#src/core/speaker.ts';
import type { Candidate } from '#src/core/tagging-candidates.ts';
import type { Cue, Reading } from '#src/core/tagging-reading.ts';

/** One stance of a candidate: the sentence that shows it, who speaks there, and the cue words that decided. */
export type StanceJudgement = {
  readonly stance: Stance;
  readonly sentence: number;
  readonly speaker: string | null;
  readonly features: readonly string[];
};

/** All stances of one candidate; hypothetical ones only raise the claim and state nothing. */
export type StanceReading = { readonly judgements: readonly StanceJudgement[]; readonly isHypothetical: boolean };

// Reach of a cue, in words. Negation binds closely ("was not trained on"); denial governs its whole clause ("denied on Monday that it had
// been ... on"); a speaker who comes last may have a title and a place; "if" reaches to the verb; "according to the company's own terms".
const NEGATION_REACH = 4;
const DENIAL_REACH = 18;
const POSTPOSED_SPEAKER_REACH = 12;
const CONDITION_REACH = 14;
const SOURCE_REACH = 4;
const SAID_REACH = 2;
// Need no comma before them when they come last.
// "It topped the charts, and it reportedly uses ...": the adverb covers its own clause.
const NEXT_CLAUSE = /[,，;；]\s*(?:and|but|or|which|who|und|aber|et|mais|y|pero|而)(?!\p{L})/iu;
const PREPOSED =
  /^(?:according to|laut|zufolge|nach angaben|nach eigenen angaben|selon|d['’]après|según|secondo|segundo|de acordo com|据)/iu;
// A denial of the sentence before opens its own sentence ("It was not."); deeper inside it is about something else.
const REBUTTAL_START = 5;
// The doubt usually stands in another sentence than the claim, and seldom later than this.
const DISPUTE_SENTENCES_MAX = 2;
// A Chinese sentence strings clauses of several subjects together by commas.
const HAN_COMMA = /，|[\p{Script=Han}」』”"]\s*,/u;
const CLAUSE_END = /[,;:.!，。；：！।—–]/u;
// What stands before a speaker who comes last.
const SET_OFF = /[,，"”»」]/u;
const ASIDE_SUBJECT = /^(?:they|it|he|she|we|们)$/;
const BELIEVED = /^(?:believed|suspected|thought|understood|alleged)$/;
const AUXILIARY = /^(?:is|are|was|were|may|might|can|could|would|will|has|have|had|to|可|是|与)$/;
// 'He said: "..."' goes on.
const QUOTE_OPENING = /^\s*[:：]\s*["“„«「『]/u;
const CLAUSE_BREAK = /[;；:：]|\s[–—-]\s|—/u;

type Span = { readonly first: number; readonly last: number };

type Scene = {
  readonly reading: Reading;
  readonly claim: CompiledClaim;
  readonly candidate: Candidate;
  readonly first: number;
  readonly last: number;
  readonly words: readonly Span[];
  readonly cues: readonly Cue[];
};

/** Judges the stance of a candidate from the cue words of its sentence and the two after it. */
export function judgeStance(
  reading: Reading,
  at: { readonly claim: CompiledClaim; readonly candidate: Candidate },
): StanceReading {
  const scene = setScene(reading, at);
  const inside = findDispute(scene);
  const later = findLaterDispute(scene);
  const report = judgeReport(scene);
  const isHypothetical = at.claim.definition.stance?.hypothetical !== 'counts' && isConditional(scene);
  const disputes = [inside, later]
    .flatMap((found): readonly StanceJudgement[] => (found === null ? [] : [found]))
    .slice(0, 1);
  const keepsReport = inside === null || inside.keepsReport || at.claim.definition.stance?.['keep-report'] === true;
  const shown = inside !== null && keepsReport ? { ...report, stance: 'reports' as const } : report;
  return { judgements: [...(keepsReport ? [shown] : []), ...disputes], isHypothetical };
}

function setScene(reading: Reading, at: { readonly claim: CompiledClaim; readonly candidate: Candidate }): Scene {
  const { candidate, claim } = at;
  const own = candidate.matches.filter((match) => match.sentence === candidate.sentence && match.first >= 0);
  const sentence = reading.sentences[candidate.sentence];
  const first = Math.min(...own.map((match) => match.first), sentence?.endToken ?? 0);
  const last = Math.max(...own.map((match) => match.last), first);
  const predicates = own.filter((match) => !match.isEntity);
  const words = ownWords(reading, at);
  const isMatched = (cue: Cue) => words.some((word) => cue.first <= word.last && cue.last >= word.first);
  const cues = (reading.cues[candidate.sentence] ?? []).filter(
    (cue) => !isMatched(cue) && !claim.ignoredCues.has(cue.kind),
  );
  return { reading, claim, candidate, first, last, words: predicates, cues };
}

// Every word of the sentence that can meet the claim belongs to it: "doubt" in a claim about doubts is no doubt about the claim.
function ownWords(
  reading: Reading,
  at: { readonly claim: CompiledClaim; readonly candidate: Candidate },
): readonly Span[] {
  const hits = at.claim.words.flatMap((term) => reading.hitsByTerm.get(term) ?? []);
  return [...at.candidate.matches, ...hits.filter((hit) => reading.sentenceOf[hit.first] === at.candidate.sentence)];
}

function findDispute(scene: Scene): (StanceJudgement & { readonly keepsReport: boolean }) | null {
  const { reading, claim, candidate } = scene;
  const own = firstHit(reading, { terms: claim.disputedBy, sentence: candidate.sentence });
  const cue = scene.cues.find((item) => disputesHere(scene, item));
  if (own === null && cue === undefined) return null;
  const feature = cue === undefined ? `disputed-by: ${own}` : `${cue.kind}: ${wordsOf(reading, cue)}`;
  // "groundlessly accuses" and "the advertised figure leaves out" report and reject at once; a plain denial only rejects.
  const hasReport = scene.cues.some((item) => item.kind === 'say' || item.kind === 'hearsay');
  const keepsReport = cue !== undefined && cue.kind === 'untrue' && hasReport;
  const isSpoken = cue?.kind === 'deny' || cue?.kind === 'doubt';
  const denier = isSpoken ? findSpeaker(reading, { sentence: candidate.sentence, cue }) : null;
  const speaker = denier ?? findSayer(scene);
  return { stance: 'disputes', sentence: candidate.sentence, speaker, features: [feature], keepsReport };
}

function disputesHere(scene: Scene, cue: Cue): boolean {
  const isBefore = cue.last < scene.last;
  switch (cue.kind) {
    case 'deny':
      return (
        isBefore &&
        scene.last - cue.last <= DENIAL_REACH + (scene.last - scene.first) &&
        cue.first - DENIAL_REACH <= scene.first
      );
    case 'untrue':
      return !hasBreak(scene, cue);
    case 'doubt':
      return (
        isBefore &&
        scene.first - cue.last <= DENIAL_REACH &&
        !hasBreak(scene, cue) &&
        !HAN_COMMA.test(textBetween(scene, cue.last, scene.first))
      );
    case 'negation':
      return isNegationOfMatch(scene, cue);
    default:
      return false;
  }
}

function isNegationOfMatch(scene: Scene, cue: Cue): boolean {
  if (scene.cues.some((other) => other.kind === 'not-negation' && other.first <= cue.first && other.last >= cue.last))
    return false;
  return scene.words.some(
    (match) =>
      match.first > cue.last &&
      match.first - cue.last <= NEGATION_REACH &&
      !hasBreakBetween(scene, cue.last, match.first),
  );
}

function findLaterDispute(scene: Scene): StanceJudgement | null {
  const { reading, claim, candidate } = scene;
  const field = reading.sentences[candidate.sentence]?.field;
  for (let index = candidate.sentence + 1; index <= candidate.sentence + DISPUTE_SENTENCES_MAX; index++) {
    const sentence = reading.sentences[index];
    if (sentence === undefined || sentence.field !== field) return null;
    if (!sentence.isProse || sentence.isQuestion) continue;
    const own = firstHit(reading, { terms: claim.disputedBy, sentence: index });
    // Only what stands next is taken back; "Do you believe it?" may come between.
    const isNext = reading.sentences.slice(candidate.sentence + 1, index).every((passed) => passed.isQuestion);
    const cues = isNext && !claim.ignoredCues.has('rebuttal') ? (reading.cues[index] ?? []) : [];
    const rebuttal = cues.find(
      (cue) =>
        isRebuttal(reading, { cue, sentence: index }) || (cue.kind === 'contest' && !claim.ignoredCues.has('doubt')),
    );
    const feature =
      own !== null
        ? `disputed-by: ${own}`
        : rebuttal === undefined
          ? null
          : `${rebuttal.kind}: ${wordsOf(reading, rebuttal)}`;
    if (feature === null) continue;
    const say = (reading.cues[index] ?? []).find((cue) => cue.kind === 'say');
    const speaker = say === undefined ? null : findSpeaker(reading, { sentence: index, cue: say });
    return { stance: 'disputes', sentence: index, speaker, features: [feature] };
  }
  return null;
}

// "It was not." and "It was not: ..." take a sentence back, "That is not a way to live" does not.
function isRebuttal(reading: Reading, at: { readonly cue: Cue; readonly sentence: number }): boolean {
  const sentence = reading.sentences[at.sentence];
  if (sentence === undefined || at.cue.kind !== 'rebuttal') return false;
  if (at.cue.first - sentence.firstToken >= REBUTTAL_START) return false;
  return (
    at.cue.last + 1 >= sentence.endToken ||
    CLAUSE_END.test(between(reading, { from: at.cue.last, to: at.cue.last + 1 }))
  );
}

function judgeReport(scene: Scene): StanceJudgement {
  const { reading, claim, candidate } = scene;
  const cue = scene.cues.find((item) => (item.kind === 'say' || item.kind === 'hearsay') && governs(scene, item));
  const features: string[] = [];
  if (cue !== undefined) features.push(`${cue.kind}: ${wordsOf(reading, cue)}`);
  const inside = firstHit(reading, { terms: claim.speakers, sentence: candidate.sentence });
  if (inside !== null) features.push(`speaker: ${inside}`);
  if (isQuoted(reading, { sentence: candidate.sentence, token: scene.first })) features.push('quoted');
  if (claim.definition.stance?.usual === 'reports') features.push('usual: reports');
  const doubter = inside === null ? null : findDoubter(scene);
  const said = features.length > 0 ? (findSayer(scene) ?? doubter) : null;
  const speaker = said ?? (claim.definition.stance?.usual === 'reports' ? findSubject(scene) : null);
  return { stance: features.length > 0 ? 'reports' : 'supports', sentence: candidate.sentence, speaker, features };
}

// The first verb of saying over the claim that has a speaker; for a quotation, the one behind it too.
function findSayer(scene: Scene): string | null {
  const { reading, candidate } = scene;
  const inQuote = isQuoted(reading, { sentence: candidate.sentence, token: scene.first });
  for (const cue of scene.cues) {
    const isOutside = inQuote && !isQuoted(reading, { sentence: candidate.sentence, token: cue.first });
    if (cue.kind !== 'say' || !(isOutside || governs(scene, cue))) continue;
    const speaker = findSpeaker(reading, { sentence: candidate.sentence, cue });
    if (speaker !== null) return speaker;
  }
  return null;
}

// In a claim about doubts the speaker is who doubts.
function findDoubter({ reading, candidate }: Scene): string | null {
  for (const cue of reading.cues[candidate.sentence] ?? []) {
    if (cue.kind !== 'doubt' && cue.kind !== 'deny') continue;
    const speaker = findSpeaker(reading, { sentence: candidate.sentence, cue });
    if (speaker !== null) return speaker;
  }
  return null;
}

// A claim that is itself somebody's saying ("denies it") names its speaker among its matches.
function findSubject({ reading, candidate }: Scene): string | null {
  const subject = candidate.matches.find((match) => match.isEntity && match.weight === 1);
  return subject === undefined ? null : wordsOf(reading, subject);
}

// "..., the company said in a note": set off by a comma or the end of a quotation.
function isPostposed(scene: Scene, at: { readonly cue: Cue; readonly word: Span }): boolean {
  const { cue, word } = at;
  if (cue.first - scene.last > POSTPOSED_SPEAKER_REACH || hasBreakBetween(scene, word.last, cue.first)) return false;
  const before = textBetween(scene, Math.min(scene.last, cue.first - 1), cue.first);
  if (cue.kind === 'hearsay' && NEXT_CLAUSE.test(before)) return false;
  return cue.kind === 'hearsay' || SET_OFF.test(before) || PREPOSED.test(wordsOf(scene.reading, cue));
}

// "accounts they believe may be linked", "accounts believed to be linked": the belief is about the accounts alone.
function isAside(reading: Reading, cue: Cue): boolean {
  const before = reading.tokens[cue.first - 1]?.form ?? '';
  const after = reading.tokens[cue.last + 1]?.form ?? '';
  const isReduced = BELIEVED.test(reading.tokens[cue.last]?.form ?? '') && after === 'to' && !AUXILIARY.test(before);
  // "Which it claims to have built" is the saying itself.
  const isRelative = after === 'to' ? reading.tokens[cue.last + 2]?.form === 'be' : AUXILIARY.test(after);
  return isReduced || (ASIDE_SUBJECT.test(before) && isRelative);
}

// "According to its terms", "the terms state that": the document is the source. "The terms, counsel notes" has a speaker.
function isSource(reading: Reading, at: { readonly hit: Span; readonly cue: Span }): boolean {
  const { hit, cue } = at;
  if (hit.last < cue.first)
    return cue.first - hit.last === 1 && !/[,，]/u.test(between(reading, { from: hit.last, to: cue.first }));
  return hit.first - cue.last <= SOURCE_REACH && PREPOSED.test(wordsOf(reading, cue));
}

// A verb of saying governs what follows it in its clause, or what stands just before it ("..., the company said").
function governs(scene: Scene, cue: Cue): boolean {
  const { reading, claim, candidate } = scene;
  if (scene.cues.some((other) => other.kind === 'own-voice' && other.first <= cue.first && other.last >= cue.last))
    return false;
  const isDocument = claim.notSpeakers.some((term) =>
    reading.hitsByTerm
      .get(term)
      ?.some((hit) => reading.sentenceOf[hit.first] === candidate.sentence && isSource(reading, { hit, cue })),
  );
  if (isDocument || isAside(reading, cue)) return false;
  // "a method the firm allegedly employed": the adverb stands inside what it hedges.
  if (cue.kind === 'hearsay' && cue.first > scene.first && cue.last < scene.last) return true;
  return scene.words.some((word) =>
    cue.first > word.last ? isPostposed(scene, { cue, word }) : !hasBreakBetween(scene, cue.last, word.first),
  );
}

function isConditional(scene: Scene): boolean {
  return scene.cues.some((cue) => {
    if (cue.kind !== 'condition' || cue.last >= scene.first || scene.first - cue.last > CONDITION_REACH) return false;
    // "There is debate about whether" reports the claim.
    const isReport = scene.cues.some(
      (other) => other.kind === 'hearsay' && other.first <= cue.first && other.last >= cue.last,
    );
    return !isReport && !hasComma(scene, cue);
  });
}

// "If so, the terms were broken": what follows the comma is stated.
function hasComma(scene: Scene, cue: Cue): boolean {
  return /[,，、]/u.test(textBetween(scene, cue.last, scene.first));
}

function hasBreak(scene: Scene, cue: Cue): boolean {
  if (cue.last < scene.first) return hasBreakBetween(scene, cue.last, scene.first);
  if (cue.first > scene.last) return hasBreakBetween(scene, scene.last, cue.first);
  return false;
}

function hasBreakBetween(scene: Scene, from: number, to: number): boolean {
  // "noted that while ..., ...": right behind the verb the conjunction opens what is said.
  const isContrast = scene.cues.some(
    (other) => other.kind === 'contrast' && other.first > from + SAID_REACH && other.last < to,
  );
  return isContrast || CLAUSE_BREAK.test(textBetween(scene, from, to).replace(QUOTE_OPENING, ''));
}

function textBetween(scene: Scene, from: number, to: number): string {
  return between(scene.reading, { from, to });
}

function between(reading: Reading, at: { readonly from: number; readonly to: number }): string {
  const field = reading.sentences[reading.sentenceOf[at.from] ?? 0]?.field ?? 'text';
  return reading[field].slice(reading.tokens[at.from]?.end ?? 0, reading.tokens[at.to]?.start ?? 0);
}

function firstHit(
  reading: Reading,
  at: { readonly terms: readonly number[]; readonly sentence: number },
): string | null {
  for (const term of at.terms) {
    const hit = reading.hitsByTerm.get(term)?.find((item) => reading.sentenceOf[item.first] === at.sentence);
    if (hit !== undefined) return wordsOf(reading, hit);
  }
  return null;
}

function wordsOf(reading: Reading, span: Span): string {
  const field = reading.sentences[reading.sentenceOf[span.first] ?? 0]?.field ?? 'text';
  return reading[field].slice(reading.tokens[span.first]?.start ?? 0, reading.tokens[span.last]?.end ?? 0);
}
