import type { Stance } from '#src/core/claim-definition.ts';
import type { CompiledClaim } from '#src/core/claim-language.ts';
import { findSpeaker } from '#src/core/speaker.ts';
import { findSayer, judgeReport } from '#src/core/stance-report.ts';
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
  wordsOf,
} from '#src/core/stance-scene.ts';
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
// been ... on"); "if" reaches to the verb.
const NEGATION_REACH = 4;
const DENIAL_REACH = 18;
const CONDITION_REACH = 14;
// A denial of the sentence before opens its own sentence ("It was not."); deeper inside it is about something else.
const REBUTTAL_START = 5;
// The doubt usually stands in another sentence than the claim, and seldom later than this.
const DISPUTE_SENTENCES_MAX = 2;
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
  const keepsReport = inside === null || inside.keepsReport || at.claim.definition.stance?.['keep-report'] === true;
  const shown = inside !== null && keepsReport ? { ...report, stance: 'reports' as const } : report;
  return { judgements: [...(keepsReport ? [shown] : []), ...disputes], isHypothetical };
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
      return isLabel(scene, cue) || !hasBreak(scene, cue);
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
    if (!sentence.isProse || sentence.questionStart !== null) continue;
    const own = firstHit(reading, { terms: claim.disputedBy, sentence: index });
    // Only what stands next is taken back; "Do you believe it?" may come between.
    const isNext = reading.sentences
      .slice(candidate.sentence + 1, index)
      .every((passed) => passed.questionStart !== null);
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
