import type { CompiledClaim } from '#src/core/claim/language.ts';
import type { Candidate } from '#src/core/tagging/candidates.ts';
import type { Cue, Reading } from '#src/core/tagging/reading.ts';

// "Noted that while ...": so near behind a verb of saying a conjunction opens what is said.
const SAID_REACH = 2;
// 'He said: "..."' goes on.
const QUOTE_OPENING = /^\s*[:：]\s*["“„«「『]/u;
const LABEL_END = /^\s*[:：]/u;
const NUMBER = /^\p{N}+$/u;
const CLAUSE_BREAK = /[;；:：]|\s[–—-]\s|—/u;

/** A run of tokens of an article, both ends included. */
export type Span = { readonly first: number; readonly last: number };

/** A candidate as its stance is read: its own sentence, the words that carry the claim there, and the cues that are none of them. */
export type Scene = {
  readonly reading: Reading;
  readonly claim: CompiledClaim;
  readonly candidate: Candidate;
  readonly first: number;
  readonly last: number;
  readonly words: readonly Span[];
  readonly cues: readonly Cue[];
};

/** Sets the scene of a candidate. */
export function setScene(
  reading: Reading,
  at: { readonly claim: CompiledClaim; readonly candidate: Candidate },
): Scene {
  const { candidate, claim } = at;
  const own = candidate.matches.filter((match) => match.sentence === candidate.sentence && match.first >= 0);
  const sentence = reading.sentences[candidate.sentence];
  const first = Math.min(...own.map((match) => match.first), sentence?.endToken ?? 0);
  const last = Math.max(...own.map((match) => match.last), first);
  const predicates = own.filter((match) => !match.isEntity);
  const words = ownWords(reading, at);
  const isMatched = (cue: Cue) =>
    words.some((word) => cue.first <= word.last && cue.last >= word.first && !holds(cue, word));
  const all = reading.cues[candidate.sentence] ?? [];
  const nothings = all.filter((cue) => cue.kind === 'no-cue');
  const cues = all.filter(
    (cue) =>
      cue.kind !== 'no-cue' &&
      !isMatched(cue) &&
      !claim.ignoredCues.has(cue.kind) &&
      !nothings.some((other) => holds(other, cue)),
  );
  return { reading, claim, candidate, first, last, words: predicates, cues };
}

// "No doubt" holds "doubt" and "no"; a phrase does not undo itself.
function holds(outer: Span, inner: Span): boolean {
  return outer.first <= inner.first && outer.last >= inner.last && outer.last - outer.first > inner.last - inner.first;
}

/** Whether a clause ends between a cue and the words of the claim. */
export function hasBreak(scene: Scene, cue: Cue): boolean {
  if (cue.last < scene.first) return hasBreakBetween(scene, cue.last, scene.first);
  if (cue.first > scene.last) return hasBreakBetween(scene, scene.last, cue.first);
  return false;
}

/** Whether a cue is the label that its sentence stands under ("Myth 3: ..."). */
export function isLabel(scene: Scene, cue: Cue): boolean {
  const first = scene.reading.sentences[scene.candidate.sentence]?.firstToken;
  const isNumbered = NUMBER.test(scene.reading.formOf(cue.last + 1));
  const from = isNumbered ? cue.last + 1 : cue.last;
  return cue.first === first && LABEL_END.test(textBetween(scene, from, from + 1));
}

/** Whether a clause ends between two tokens. */
export function hasBreakBetween(scene: Scene, from: number, to: number): boolean {
  // "noted that while ..., ...": right behind the verb the conjunction opens what is said.
  const isContrast = scene.cues.some(
    (other) => other.kind === 'contrast' && other.first > from + SAID_REACH && other.last < to,
  );
  return isContrast || CLAUSE_BREAK.test(textBetween(scene, from, to).replace(QUOTE_OPENING, ''));
}

/** Whether a comma stands between a cue and the words of the claim: "If so, the terms were broken" states what follows. */
export function hasComma(scene: Scene, cue: Cue): boolean {
  return /[,，、]/u.test(textBetween(scene, cue.last, scene.first));
}

/** The text between two tokens of the scene. */
export function textBetween(scene: Scene, from: number, to: number): string {
  return between(scene.reading, { from, to });
}

/** The text between two tokens of an article. */
export function between(reading: Reading, at: { readonly from: number; readonly to: number }): string {
  return reading[reading.fieldOf(at.from)].slice(reading.ends[at.from] ?? 0, reading.starts[at.to] ?? 0);
}

/** The words of the first of some terms in one sentence, or null. */
export function firstHit(
  reading: Reading,
  at: { readonly terms: readonly number[]; readonly sentence: number },
): string | null {
  for (const term of at.terms) {
    const hit = reading.hits.of(term).find((item) => reading.sentenceOf[item.first] === at.sentence);
    if (hit !== undefined) return reading.textOf(hit);
  }
  return null;
}

// Every word of the sentence that can meet the claim belongs to it: "doubt" in a claim about doubts is no doubt about the claim.
function ownWords(
  reading: Reading,
  at: { readonly claim: CompiledClaim; readonly candidate: Candidate },
): readonly Span[] {
  const hits = at.claim.words.flatMap((term) => reading.hits.of(term));
  return [...at.candidate.matches, ...hits.filter((hit) => reading.sentenceOf[hit.first] === at.candidate.sentence)];
}
