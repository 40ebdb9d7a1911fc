import type { Stance } from '#src/core/claim/definition.ts';
import type { CompiledClaim } from '#src/core/claim/language.ts';
import { findSpeaker } from '#src/core/speaker/speaker.ts';
import type { Candidate } from '#src/core/tagging/candidates.ts';
import type { Cue, Reading } from '#src/core/tagging/reading.ts';
import { isProse, questionIn } from '#src/core/tagging/sentences.ts';
import type { CueKind } from './cues.ts';
import { findSayer, judgeReport } from './report.ts';
import {
  between,
  firstHit,
  hasBreak,
  hasBreakBetween,
  hasComma,
  isLabel,
  type Scene,
  setScene,
  textBetween,
} from './scene.ts';

/** One stance of a candidate: the sentence that shows it, who speaks there, and the cue words that decided. */
export type StanceJudgement = {
  readonly stance: Stance;
  readonly sentence: number;
  readonly speaker: string | null;
  readonly features: readonly string[];
};

/** All stances of one candidate; hypothetical ones only raise the claim and state nothing. */
export type StanceReading = { readonly judgements: readonly StanceJudgement[]; readonly isHypothetical: boolean };

// Kinds of cues by which somebody answers what was said.
const ANSWERS: ReadonlySet<CueKind> = new Set(['deny', 'doubt']);
// Reach of a cue, in words. Negation binds closely ("was not trained on"); denial governs its whole clause ("denied on Monday that it had
// been ... on"); "if" reaches to the verb.
const NEGATION_REACH = 4;
const DENIAL_REACH = 18;
const CONDITION_REACH = 14;
// A denial of the sentence before opens its own sentence ("It was not."); deeper inside it is about something else.
const REBUTTAL_START = 5;
// The doubt usually stands in another sentence than the claim, and seldom later than this.
const DISPUTE_SENTENCES_MAX = 2;
// German and Hindi end a clause with its verb, and Chinese judges what it has named: there a denial may stand behind the claim.
const VERB_LAST: ReadonlySet<string> = new Set(['de', 'hi', 'zh']);
const NEGATED_LAST: ReadonlySet<string> = new Set(['de', 'hi']);
// "..., but the firm denies it", "..., a claim that the firm rejects.": the denial looks back when nothing new follows it.
const LOOKS_BACK =
  /^(?:\s+(?:it|this|that|these|those|them|(?:the|such|any) (?:claim|charge|accusation|allegation|report|suggestion)s?|(?:das|dies|die (?:vorwürfe|anschuldigungen|behauptung))|(?:ces|les) (?:accusations|allégations)|(?:las?|esas?) acusaci(?:ón|ones)))?\s*(?:$|[,.;!?，。；！])/iu;
// "It is untrue that ..." goes on with the whole claim: what is said of it, by whomever, is that it is untrue.
const IS_SAID = /^,?\s*(?:is\s+|ist\s+)?(?:that|to say|dass|que|de dire|che|कि)(?!\p{L})/iu;
// Words that a negation at the end of a clause may stand away from what it negates.
const LAST_NEGATION_REACH = 3;
// A Chinese sentence strings clauses of several subjects together by commas.
const HAN_COMMA = /，|[\p{Script=Han}」』”"]\s*,/u;
const CLAUSE_END = /[,;:.!，。；：！।—–]/u;

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
  const keepsReport = inside === null || inside.keepsReport;
  const shown = inside !== null && keepsReport ? { ...report, stance: 'reports' as const } : report;
  return { judgements: [...(keepsReport ? [shown] : []), ...disputes], isHypothetical };
}

function findDispute(scene: Scene): (StanceJudgement & { readonly keepsReport: boolean }) | null {
  const { reading, claim, candidate } = scene;
  const own = firstHit(reading, { terms: claim.disputedBy, sentence: candidate.sentence });
  const cue = scene.cues.find((item) => disputesHere(scene, item));
  if (own === null && cue === undefined) return null;
  const feature = cue === undefined ? `disputed-by: ${own}` : `${cue.kind}: ${reading.textOf(cue)}`;
  // "groundlessly accuses" and "the advertised figure leaves out" report and reject at once; a plain denial only rejects.
  const hasReport = scene.cues.some((item) => item.kind === 'say' || item.kind === 'hearsay');
  const isAnswer = cue !== undefined && cue.first > scene.last && ANSWERS.has(cue.kind);
  // A figure that is doubted is one that was given; "it is not true that" gives none.
  const isGiven = claim.definition.stance?.['keep-report'] === true && (cue === undefined || cue.kind === 'doubt');
  const isRejected = cue !== undefined && IS_SAID.test(textBetween(scene, cue.last, scene.first));
  const rejects = cue !== undefined && (cue.kind === 'untrue' || isAnswer);
  const keepsReport = isGiven || (rejects && hasReport && !isRejected);
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
        isDeniedBehind(scene, cue) ||
        (isBefore &&
          scene.last - cue.last <= DENIAL_REACH + (scene.last - scene.first) &&
          cue.first - DENIAL_REACH <= scene.first)
      );
    case 'untrue':
      return isLabel(scene, cue) || !hasBreak(scene, cue);
    case 'doubt':
      if (!isBefore) return isDeniedBehind(scene, cue);
      return (
        scene.first - cue.last <= DENIAL_REACH &&
        !hasBreak(scene, cue) &&
        // "怀疑，…": right behind the verb the comma opens what is doubted.
        !HAN_COMMA.test(textBetween(scene, cue.last, scene.first).replace(/^[,，]/u, ''))
      );
    case 'negation':
      return isNegationOfMatch(scene, cue);
    default:
      return false;
  }
}

// A denial or doubt behind the claim: by the order of the language, or because it says that it means what stands before it.
function isDeniedBehind(scene: Scene, cue: Cue): boolean {
  if (cue.first <= scene.last || cue.first - scene.last > DENIAL_REACH) return false;
  const { reading, candidate } = scene;
  if (VERB_LAST.has(reading.lang ?? '') && !hasBreak(scene, cue)) return true;
  const sentence = reading.sentences[candidate.sentence];
  const end = reading.ends[cue.last];
  return (
    cue.kind === 'deny' &&
    sentence !== undefined &&
    end !== undefined &&
    LOOKS_BACK.test(reading[sentence.field].slice(end, sentence.end))
  );
}

function isNegationOfMatch(scene: Scene, cue: Cue): boolean {
  const isLast = NEGATED_LAST.has(scene.reading.lang ?? '') && cue.first - scene.last <= LAST_NEGATION_REACH;
  if (isLast && cue.first > scene.last && !/[,،]/u.test(textBetween(scene, scene.last, cue.first))) return true;
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
    const text = reading.sentenceText(sentence);
    if (!isProse(text) || questionIn(text) !== null) continue;
    const own = firstHit(reading, { terms: claim.disputedBy, sentence: index });
    // Only what stands next is taken back; "Do you believe it?" may come between.
    const isNext = reading.sentences
      .slice(candidate.sentence + 1, index)
      .every((passed) => questionIn(reading.sentenceText(passed)) !== null);
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
          : `${rebuttal.kind}: ${reading.textOf(rebuttal)}`;
    if (feature === null) continue;
    const say = (reading.cues[index] ?? []).find((cue) => cue.kind === 'say');
    const said = say === undefined ? null : findSpeaker(reading, { sentence: index, cue: say });
    const speaker =
      said ?? (rebuttal?.kind === 'contest' ? findSpeaker(reading, { sentence: index, cue: rebuttal }) : null);
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
