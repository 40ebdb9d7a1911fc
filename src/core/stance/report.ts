import { isQuoted } from '#src/core/speaker/quotation.ts';
import { findQuoteSpeaker } from '#src/core/speaker/quote-speaker.ts';
import { findSpeaker } from '#src/core/speaker/speaker.ts';
import type { Cue, Reading } from '#src/core/tagging/reading.ts';
import { between, firstHit, hasBreakBetween, hasComma, isLabel, type Scene, type Span, textBetween } from './scene.ts';
import type { StanceJudgement } from './stance.ts';

// A speaker who comes last may have a title and a place, in words; so near stands a document that is the source ("according to its own terms").
const POSTPOSED_SPEAKER_REACH = 12;
const SOURCE_REACH = 4;
// Need no comma before them when they come last.
const PREPOSED =
  /^(?:according to|laut|zufolge|nach angaben|nach eigenen angaben|selon|d['’]après|según|secondo|segundo|de acordo com|据)/iu;
// "It topped the charts, and it reportedly uses ...": the adverb covers its own clause.
const NEXT_CLAUSE = /[,，;；]\s*(?:and|but|or|which|who|und|aber|et|mais|y|pero|而)(?!\p{L})/iu;
// The verb of saying closes the sentence, behind what is said and without a comma.
const SAID_LAST: ReadonlySet<string> = new Set(['hi', 'de']);
// What stands before a speaker who comes last.
const SET_OFF = /[,，"”»」]/u;
const ASIDE_SUBJECT = /^(?:they|it|he|she|we|们)$/;
const RELATIVE = /^(?:which|who|that)$/;
// Behind the comma goes on the sentence's own verb, not a list.
const CLOSED_ASIDE = /,\s+\p{L}+(?:ly\s|ed\s|\s*$)/u;
const BELIEVED = /^(?:believed|suspected|thought|understood|alleged)$/;
const AUXILIARY = /^(?:is|are|was|were|may|might|can|could|would|will|has|have|had|to|可|是|与)$/;

/** How the candidate itself is told: by the article, or as what somebody says, and who that is. */
export function judgeReport(scene: Scene): StanceJudgement {
  const { reading, claim, candidate } = scene;
  const cue = scene.cues.find((item) => (item.kind === 'say' || item.kind === 'hearsay') && governs(scene, item));
  const features: string[] = [];
  if (cue !== undefined) features.push(`${cue.kind}: ${reading.textOf(cue)}`);
  const inside = firstHit(reading, { terms: claim.speakers, sentence: candidate.sentence });
  if (inside !== null) features.push(`speaker: ${inside}`);
  if (isQuoted(reading, { sentence: candidate.sentence, token: scene.first })) features.push('quoted');
  if (claim.definition.stance?.usual === 'reports') features.push('usual: reports');
  // Of a claim about doubts, whoever doubts by name is the one who says it.
  const doubter = claim.ignoredCues.has('doubt') ? findDoubter(scene) : null;
  if (doubter !== null && features.length === 0) features.push(`speaker: ${doubter}`);
  const said = features.length > 0 ? (findSayer(scene) ?? doubter) : null;
  const speaker = said ?? (claim.definition.stance?.usual === 'reports' ? findSubject(scene) : null);
  return { stance: features.length > 0 ? 'reports' : 'supports', sentence: candidate.sentence, speaker, features };
}

/** The first verb of saying over the claim that has a speaker; for a quotation, the one behind it or beside it too. */
export function findSayer(scene: Scene): string | null {
  const { reading, candidate } = scene;
  const inQuote = isQuoted(reading, { sentence: candidate.sentence, token: scene.first });
  for (const cue of scene.cues) {
    const isOutside = inQuote && !isQuoted(reading, { sentence: candidate.sentence, token: cue.first });
    if (cue.kind !== 'say' || !(isOutside || governs(scene, cue))) continue;
    const speaker = findSpeaker(reading, { sentence: candidate.sentence, cue });
    if (speaker !== null) return speaker;
  }
  return inQuote ? findQuoteSpeaker(reading, candidate.sentence) : null;
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
  return subject === undefined ? null : reading.textOf(subject);
}

// "..., the company said in a note": set off by a comma or the end of a quotation.
function isPostposed(scene: Scene, at: { readonly cue: Cue; readonly word: Span }): boolean {
  const { cue, word } = at;
  if (cue.first - scene.last > POSTPOSED_SPEAKER_REACH || hasBreakBetween(scene, word.last, cue.first)) return false;
  const before = textBetween(scene, Math.min(scene.last, cue.first - 1), cue.first);
  if (cue.kind === 'hearsay' && NEXT_CLAUSE.test(before)) return false;
  if (SAID_LAST.has(scene.reading.lang ?? '')) return true;
  return cue.kind === 'hearsay' || SET_OFF.test(before) || PREPOSED.test(scene.reading.textOf(cue));
}

// "accounts they believe may be linked", "accounts believed to be linked": the belief is about the accounts alone.
function isAside(reading: Reading, cue: Cue): boolean {
  const before = reading.formOf(cue.first - 1);
  const after = reading.formOf(cue.last + 1);
  const isReduced = BELIEVED.test(reading.formOf(cue.last)) && after === 'to' && !AUXILIARY.test(before);
  // "Which it claims to have built" is the saying itself.
  const isRelative = after === 'to' ? reading.formOf(cue.last + 2) === 'be' : AUXILIARY.test(after);
  return isReduced || (ASIDE_SUBJECT.test(before) && isRelative);
}

// "Northwell, which touts its filters, topped the list": the saying ends with the clause it stands in.
function endsInAside(scene: Scene, cue: Cue): boolean {
  const isRelative = RELATIVE.test(scene.reading.formOf(cue.first - 1));
  return (
    isRelative &&
    cue.last < scene.first &&
    hasComma(scene, cue) &&
    CLOSED_ASIDE.test(textBetween(scene, cue.last, scene.first))
  );
}

// "According to its terms", "the terms state that": the document is the source. "The terms, counsel notes" has a speaker.
function isSource(reading: Reading, at: { readonly hit: Span; readonly cue: Span }): boolean {
  const { hit, cue } = at;
  if (hit.last < cue.first)
    return cue.first - hit.last === 1 && !/[,，]/u.test(between(reading, { from: hit.last, to: cue.first }));
  return hit.first - cue.last <= SOURCE_REACH && PREPOSED.test(reading.textOf(cue));
}

// A verb of saying governs what follows it in its clause, or what stands just before it ("..., the company said").
function governs(scene: Scene, cue: Cue): boolean {
  const { reading, claim, candidate } = scene;
  if (scene.cues.some((other) => other.kind === 'own-voice' && other.first <= cue.first && other.last >= cue.last))
    return false;
  const isDocument = claim.notSpeakers.some((term) =>
    reading.hits
      .of(term)
      .some((hit) => reading.sentenceOf[hit.first] === candidate.sentence && isSource(reading, { hit, cue })),
  );
  if (isDocument || isAside(reading, cue) || endsInAside(scene, cue)) return false;
  if (cue.kind === 'hearsay' && isLabel(scene, cue)) return true;
  // "a method the firm allegedly employed": the adverb stands inside what it hedges.
  if (cue.kind === 'hearsay' && cue.first > scene.first && cue.last < scene.last) return true;
  return scene.words.some((word) =>
    cue.first > word.last ? isPostposed(scene, { cue, word }) : !hasBreakBetween(scene, cue.last, word.first),
  );
}
