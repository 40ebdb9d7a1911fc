/**
 * What another reading of a stored version changes. The preview and the run that writes ask the same function, so that nothing is
 * written that was not shown. What a person has answered stays as it is.
 */
import type { Stance } from '#src/core/claim/definition.ts';
import type { Evidence, Tagging } from './tagging.ts';

/** A tagging as it is stored. `says` is everything in it that a reading decides, as one text. */
export type StoredTagging = {
  readonly id: number;
  readonly claim: string;
  readonly stance: Stance;
  readonly status: 'tag' | 'candidate';
  readonly evidence: readonly Evidence[];
  readonly says: string;
  /** What a person answered, and the stance that the person gave instead of ours. */
  readonly answer: { readonly verdict: 'confirm' | 'reject' | 'stance'; readonly stance: Stance } | null;
};

/** A tagging as a reading gives it, with what it says. */
export type FoundTagging = { readonly tagging: Tagging; readonly says: string };

/** What a reading does to a version: which taggings end, and which begin. */
export type RetagPlan = { readonly closing: readonly StoredTagging[]; readonly adding: readonly FoundTagging[] };

/** How one quote changes: gained and lost quotes count or counted; `counted` and `uncounted` ones cross the threshold between review and balance. */
export type RetagChange = {
  readonly claim: string;
  readonly kind: 'gained' | 'lost' | 'stance' | 'counted' | 'uncounted' | 'quote';
  readonly before: QuoteSide | null;
  readonly after: QuoteSide | null;
};

/** One side of a change. */
export type QuoteSide = { readonly stance: Stance; readonly status: 'tag' | 'candidate'; readonly quote: string };

/** Everything a tagging decides, as one text to compare by. */
export function sayingOf(
  tagging: Pick<Tagging, 'status' | 'score' | 'speaker'> & {
    readonly evidence: readonly Pick<Evidence, 'field' | 'start' | 'end'>[];
    readonly quantities: readonly { readonly measure: string | null }[];
  },
  rules: { readonly definitionHash: string; readonly engine: string },
): string {
  const { status, score, speaker, evidence, quantities } = tagging;
  const measures = quantities.map(({ measure }) => measure);
  const places = evidence.map((quote) => [quote.field, quote.start, quote.end]);
  return JSON.stringify([status, score, speaker, rules.definitionHash, rules.engine, places, measures]);
}

/**
 * Plans what another reading of a version does. A tagging that says what the stored one says stays, and so does every one that a
 * person has answered; a quote that was answered does not come back under another stance of its claim.
 */
export function planRetagging(stored: readonly StoredTagging[], found: readonly FoundTagging[]): RetagPlan {
  const answered = stored.filter(({ answer }) => answer !== null);
  const isSettled = ({ tagging }: FoundTagging): boolean =>
    answered.some(
      (old) =>
        old.claim === tagging.claim &&
        (old.stance === tagging.stance || placeOf(old.evidence) === placeOf(tagging.evidence)),
    );
  const open = found.filter((candidate) => !isSettled(candidate));
  const stays = (old: StoredTagging): boolean =>
    old.answer !== null || open.some((candidate) => isSame(old, candidate) && old.says === candidate.says);
  return {
    closing: stored.filter((old) => !stays(old)),
    adding: open.filter((candidate) => !stored.some((old) => isSame(old, candidate) && stays(old))),
  };
}

/** The changes that people would see, in the order of the claims found. Quotes that only wait for review are not among them. */
export function listRetagChanges(plan: RetagPlan): readonly RetagChange[] {
  const claims = [
    ...new Set([...plan.closing.map(({ claim }) => claim), ...plan.adding.map(({ tagging }) => tagging.claim)]),
  ];
  return claims.flatMap((claim) =>
    compareClaim(claim, {
      before: plan.closing.filter((old) => old.claim === claim).map(sideOf),
      after: plan.adding.filter(({ tagging }) => tagging.claim === claim).map(({ tagging }) => sideOf(tagging)),
    }),
  );
}

type Side = QuoteSide & { readonly place: string };

function compareClaim(
  claim: string,
  sides: { readonly before: readonly Side[]; readonly after: readonly Side[] },
): readonly RetagChange[] {
  const pairs = sides.before.flatMap((before) => {
    const after = sides.after.find(({ stance }) => stance === before.stance);
    return after === undefined ? [] : [{ before, after }];
  });
  const ended = sides.before.filter((side) => side.status === 'tag' && !pairs.some(({ before }) => before === side));
  const begun = sides.after.filter((side) => side.status === 'tag' && !pairs.some(({ after }) => after === side));
  const turned = ended.slice(0, begun.length);
  return [
    ...pairs.flatMap(({ before, after }) => {
      const kind = compareSides(before, after);
      return kind === null ? [] : [changeOf(claim, kind, { before, after })];
    }),
    ...turned.map((before, index) => changeOf(claim, 'stance', { before, after: begun[index] ?? null })),
    ...ended.slice(turned.length).map((before) => changeOf(claim, 'lost', { before, after: null })),
    ...begun.slice(turned.length).map((after) => changeOf(claim, 'gained', { before: null, after })),
  ];
}

function compareSides(before: Side, after: Side): RetagChange['kind'] | null {
  if (before.status !== after.status) return after.status === 'tag' ? 'counted' : 'uncounted';
  return before.status === 'tag' && before.place !== after.place ? 'quote' : null;
}

function changeOf(
  claim: string,
  kind: RetagChange['kind'],
  sides: { readonly before: Side | null; readonly after: Side | null },
): RetagChange {
  return { claim, kind, before: shown(sides.before), after: shown(sides.after) };
}

function shown(side: Side | null): QuoteSide | null {
  return side === null ? null : { stance: side.stance, status: side.status, quote: side.quote };
}

function sideOf(tagging: Pick<Tagging, 'stance' | 'status' | 'evidence'>): Side {
  const { stance, status, evidence } = tagging;
  return { stance, status, quote: evidence[0]?.quote ?? '', place: placeOf(evidence) };
}

function placeOf(evidence: readonly Evidence[]): string {
  const [first] = evidence;
  return first === undefined ? '' : `${first.field} ${first.start} ${first.end}`;
}

function isSame(old: StoredTagging, { tagging }: FoundTagging): boolean {
  return old.claim === tagging.claim && old.stance === tagging.stance;
}
