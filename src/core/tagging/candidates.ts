import type { CompiledLedger, CompiledWay } from '#src/core/claim/language.ts';
import type { Focus, Reference } from './focus.ts';
import type { Reading } from './reading.ts';
import { isProse, questionIn } from './sentences.ts';
import { type Attempt, positionsOf, type SlotMatch, toMatch } from './slots.ts';
import type { TermHit } from './term-hits.ts';
import { TermPlaces } from './term-places.ts';

/** A place that may state a claim. `sentence` is where most of it stands; `score` 0..1 with its parts. */
export type Candidate = {
  readonly claim: number;
  readonly way: CompiledWay;
  readonly sentence: number;
  readonly matches: readonly SlotMatch[];
  readonly about: Reference | null;
  readonly score: number;
  readonly parts: {
    readonly reference: number;
    readonly share: number;
    readonly spread: number;
    readonly title: number;
  };
  readonly missing: readonly string[];
};

// A match of all words with the subject named is sure; the weakest reference decides how much of it is lost.
const BASE_SCORE = 0.35;
const SPREAD_COST = 0.08;
const TITLE_BONUS = 0.05;
const CANDIDATE_SCORE_MAX = 0.55;
// Han text is read by character, and a Chinese word is two of them.
const HAN_LANGUAGES: ReadonlySet<string> = new Set(['zh', 'ja']);
const HAN_WORD_CHARACTERS = 2;

// "..., while the other ..." starts a statement about something else; a full stop without a space is still a full stop.
const CLAUSE_SEPARATOR =
  /[;；]|[,，]\s*(?:while|whereas|tandis que|alors que|während|wohingegen|mientras|mentre|enquanto|而)(?!\p{L})|[\p{Ll}\p{N}][.!?](?=\p{Lu}\p{Ll})/u;

type Ways = Pick<CompiledLedger, 'claims' | 'wayIndex'> & { readonly ways: readonly (CompiledWay | null)[] };

/**
 * All places where a way of a claim is met, in no particular order; a way that is null or of a claim passed over is not tried.
 */
export function findCandidates(
  ledger: Ways,
  at: { readonly reading: Reading; readonly focus: Focus; readonly passedOver?: ReadonlySet<number> },
): readonly Candidate[] {
  const { hits, quantities } = at.reading;
  const found = new Map<string, Candidate>();
  const places = new TermPlaces(at.reading);
  for (const wayIndex of ledger.wayIndex.list({ hits, hasAmounts: quantities.length > 0 })) {
    const way = ledger.ways[wayIndex];
    const claim = ledger.claims[way?.claim ?? -1];
    if (way === undefined || way === null || claim === undefined || at.passedOver?.has(way.claim)) continue;
    for (const hit of listOpenings(at.reading, { way, places })) {
      const candidate = matchWay({ ...at, way, claim }, hit);
      if (candidate === null) continue;
      const key = `${wayIndex} ${candidate.sentence}`;
      if ((found.get(key)?.score ?? -1) < candidate.score) found.set(key, candidate);
    }
  }
  return [...found.values()];
}

// The words that open a way where all that it needs stands within its reach; in the order in which the text brings their terms.
function listOpenings(
  { hits, sentenceOf }: Reading,
  { way, places }: { readonly way: CompiledWay; readonly places: TermPlaces },
): readonly TermHit[] {
  const isWindow = places.findWindows(way);
  if (isWindow === null) return [];
  const anchors = way.anchors.map((index) => way.slots[index]);
  const terms = new Set(anchors.flatMap((slot) => (slot?.kind === 'words' ? slot.terms : [])));
  return [...terms]
    .filter((term) => hits.has(term))
    .sort((a, b) => hits.placeOf(a) - hits.placeOf(b))
    .flatMap((term) => hits.of(term).filter((hit) => isWindow(sentenceOf[hit.first] ?? 0)));
}

function matchWay(run: Pick<Attempt, 'reading' | 'focus' | 'way' | 'claim'>, hit: TermHit): Candidate | null {
  const { reading, way, claim } = run;
  const sentence = reading.sentenceOf[hit.first] ?? 0;
  if (isExcluded(reading, { sentence, terms: claim.not }) || isExcluded(reading, { sentence, terms: way.not }))
    return null;
  const attempt = { ...run, sentence };
  const anchor = way.anchors.find((index) => {
    const slot = way.slots[index];
    return slot?.kind === 'words' && slot.terms.includes(hit.term);
  });
  if (anchor === undefined) return null;
  const matches = way.isOrdered ? matchInOrder(attempt, { anchor, hit }) : matchTogether(attempt, { anchor, hit });
  if (matches === null || isTorn(reading, matches)) return null;
  const about = findAbout(attempt, matches);
  if (claim.about.length > 0 && about === null) return null;
  if (about !== null && (!refersEnough(way, about) || isOfAnother(attempt, { matches, about }))) return null;
  return rate(attempt, { matches, about });
}

// Words of one sentence that belong to two statements state nothing together.
function isTorn(reading: Reading, matches: readonly SlotMatch[]): boolean {
  const placed = matches.filter((match) => match.first >= 0);
  return [...Map.groupBy(placed, (match) => match.sentence).values()].some((own) =>
    isSeparated(reading, {
      from: Math.min(...own.map((match) => match.first)),
      to: Math.max(...own.map((match) => match.last)),
    }),
  );
}

// "Northwell spent $3bn, while Riverton needed less": a clause that names somebody else is not about the subject of the next.
function isOfAnother(
  { reading, claim }: Attempt,
  found: { readonly matches: readonly SlotMatch[]; readonly about: Reference },
): boolean {
  const { about } = found;
  const own = found.matches.filter((match) => match.sentence === about.sentence && match.first >= 0);
  if (about.first < 0 || own.length === 0 || found.matches.some((match) => match.isEntity)) return false;
  const first = Math.min(...own.map((match) => match.first));
  const last = Math.max(...own.map((match) => match.last));
  const isApart = (at: number) => isSeparated(reading, { from: Math.min(at, last), to: Math.max(at, first) });
  const others = (reading.mentions[about.sentence] ?? []).filter(
    (mention) => mention.kind === 'name' && !claim.about.includes(mention.entity),
  );
  return isApart(about.first) && others.some((mention) => !isApart(mention.first));
}

function isSeparated(reading: Reading, at: { readonly from: number; readonly to: number }): boolean {
  return CLAUSE_SEPARATOR.test(reading[reading.fieldOf(at.from)].slice(reading.starts[at.from], reading.starts[at.to]));
}

function refersEnough(way: CompiledWay, about: Reference): boolean {
  if (way.reference === 'near') return about.kind !== 'topic';
  return way.reference !== 'named' || about.kind === 'named' || about.kind === 'described';
}

function isExcluded(reading: Reading, at: { readonly sentence: number; readonly terms: readonly number[] }): boolean {
  return at.terms.some((term) => reading.hits.of(term).some((hit) => reading.sentenceOf[hit.first] === at.sentence));
}

// Token range that a match may use; sentences of the title and the text never share one.
function windowOf(
  { reading, way, sentence }: Attempt,
  hit: TermHit,
): { readonly first: number; readonly last: number } {
  const { window } = way;
  const field = reading.sentences[sentence]?.field;
  const paragraph = reading.sentences[sentence]?.paragraph;
  let from = sentence;
  let to = sentence;
  const reach = window.kind === 'sentences' ? window.count - 1 : window.kind === 'words' ? 0 : Number.POSITIVE_INFINITY;
  const belongs = (index: number) => {
    const other = reading.sentences[index];
    return (
      other !== undefined && other.field === field && (window.kind === 'sentences' || other.paragraph === paragraph)
    );
  };
  while (sentence - from < reach && belongs(from - 1)) from--;
  while (to - sentence < reach && belongs(to + 1)) to++;
  const first = reading.sentences[from]?.firstToken ?? 0;
  const last = (reading.sentences[to]?.endToken ?? 0) - 1;
  if (window.kind !== 'words') return { first, last };
  const words = window.count * (HAN_LANGUAGES.has(reading.lang ?? '') ? HAN_WORD_CHARACTERS : 1);
  return { first: Math.max(first, hit.last - words), last: Math.min(last, hit.first + words) };
}

function matchTogether(
  attempt: Attempt,
  open: { readonly anchor: number; readonly hit: TermHit },
): readonly SlotMatch[] | null {
  const { way } = attempt;
  const range = windowOf(attempt, open.hit);
  const matches: SlotMatch[] = [toMatch(attempt, { slot: open.anchor, hit: open.hit })];
  for (const [index, slot] of way.slots.entries()) {
    if (index === open.anchor) continue;
    const [nearest] = positionsOf(attempt, { slot, index, range })
      .filter((match) => matches.every((taken) => isApart(match, taken)))
      .sort((a, b) => b.weight - a.weight || distance(a, open.hit) - distance(b, open.hit));
    if (nearest !== undefined) matches.push(nearest);
    else if (index < way.slotCountSure) return null;
  }
  if (matches.length < way.slotCountMin || !keepsWindow(attempt, matches)) return null;
  return matches;
}

// One word cannot be two things at once. It may stand inside a phrase with gaps, and "2,000 chips" is an amount that names chips.
function isApart(match: SlotMatch, taken: SlotMatch): boolean {
  const isAmount = (match.quantity === null) !== (taken.quantity === null);
  const ends = [taken.first, taken.last];
  return isAmount || match.first < 0 || !(ends.includes(match.first) || ends.includes(match.last));
}

// Two sentences on either side of the anchor are three together: the whole match must fit the window.
function keepsWindow({ way }: Attempt, matches: readonly SlotMatch[]): boolean {
  if (way.window.kind !== 'sentences') return true;
  const sentences = matches.map((match) => match.sentence);
  return Math.max(...sentences) - Math.min(...sentences) < way.window.count;
}

function matchInOrder(
  attempt: Attempt,
  open: { readonly anchor: number; readonly hit: TermHit },
): readonly SlotMatch[] | null {
  const range = windowOf(attempt, open.hit);
  const anchor = toMatch(attempt, { slot: open.anchor, hit: open.hit });
  const matches: SlotMatch[] = [anchor];
  let next = anchor;
  for (let index = open.anchor + 1; index < attempt.way.slots.length; index++) {
    const [match] = slotPositions(attempt, { index, range: { first: next.last + 1, last: range.last } }).sort(
      (a, b) => a.first - b.first,
    );
    if (match === undefined) return null;
    matches.push(match);
    next = match;
  }
  let previous = anchor;
  for (let index = open.anchor - 1; index >= 0; index--) {
    const [match] = slotPositions(attempt, { index, range: { first: range.first, last: previous.first - 1 } }).sort(
      (a, b) => b.last - a.last,
    );
    if (match === undefined) return null;
    matches.unshift(match);
    previous = match;
  }
  return keepsWindow(attempt, matches) ? matches : null;
}

function slotPositions(
  attempt: Attempt,
  at: { readonly index: number; readonly range: { readonly first: number; readonly last: number } },
): SlotMatch[] {
  const slot = attempt.way.slots[at.index];
  return slot === undefined
    ? []
    : positionsOf(attempt, { slot, index: at.index, range: at.range }).filter((match) => match.first >= 0);
}

function distance(match: SlotMatch, hit: TermHit): number {
  return Math.max(match.first - hit.last, hit.first - match.last, 0);
}

function findAbout(attempt: Attempt, matches: readonly SlotMatch[]): Reference | null {
  const { claim, focus } = attempt;
  const sentences = [...new Set([attempt.sentence, ...matches.map((match) => match.sentence)])];
  const references = claim.about.flatMap((entity) =>
    sentences.flatMap((sentence) => focus.around(entity, { sentence, own: claim.ownEntities }) ?? []),
  );
  return references.sort((a, b) => b.weight - a.weight)[0] ?? null;
}

function rate(
  attempt: Attempt,
  found: { readonly matches: readonly SlotMatch[]; readonly about: Reference | null },
): Candidate | null {
  const { reading, way } = attempt;
  const { matches, about } = found;
  const sentence = mainSentence(matches, attempt.sentence);
  const shown = reading.sentences[sentence];
  if (shown === undefined) return null;
  const text = reading.sentenceText(shown);
  if (!isProse(text)) return null;
  const asked = questionIn(text);
  if (
    asked !== null &&
    matches.some((match) => match.sentence === sentence && endOf(reading, match) > shown.start + asked)
  )
    return null;
  const reference = Math.min(about?.weight ?? 1, ...matches.map((match) => match.weight));
  const share = matches.length / way.slots.length;
  const spread = new Set(matches.map((match) => match.sentence)).size - 1;
  const title = shown.field === 'title' ? TITLE_BONUS : 0;
  const full = (BASE_SCORE + (1 - BASE_SCORE) * reference) * share - spread * SPREAD_COST + title;
  const score = Math.max(0, Math.min(way.isCandidateOnly ? CANDIDATE_SCORE_MAX : 1, full));
  const missing = way.slots.flatMap((slot, index) =>
    matches.some((match) => match.slot === index) ? [] : [slot.label],
  );
  return {
    claim: way.claim,
    way,
    sentence,
    matches,
    about,
    score,
    parts: { reference, share, spread, title },
    missing,
  };
}

// A pattern met somewhere in its sentence may be met at the very end of it.
function endOf(reading: Reading, match: SlotMatch): number {
  return match.last < 0 ? Number.POSITIVE_INFINITY : (reading.ends[match.last] ?? 0);
}

// The sentence that holds most of the match; the anchor's when several hold as much.
function mainSentence(matches: readonly SlotMatch[], anchor: number): number {
  const counts = new Map<number, number>([[anchor, 0.5]]);
  for (const match of matches) counts.set(match.sentence, (counts.get(match.sentence) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? anchor;
}
