import { createHash } from 'node:crypto';
import { canonicalJson } from '#src/core/canonical-json.ts';
import { meetsAmount } from '#src/core/claim/amount.ts';
import { type ClaimDefinition, STANCES, type Stance } from '#src/core/claim/definition.ts';
import type { CompiledClaim, CompiledLedger } from '#src/core/claim/language.ts';
import { type CompiledMeasure, findMeasure } from '#src/core/claim/measure.ts';
import type { Quantity } from '#src/core/quantity/quantities.ts';
import { judgeStance, type StanceJudgement } from '#src/core/stance/stance.ts';
import { buildStatementJudge } from '#src/core/stance/statement-candidate.ts';
import { type Candidate, findCandidates } from './candidates.ts';
import { type Explanation, explain } from './explain.ts';
import { Focus } from './focus.ts';
import { findNearMisses } from './near-misses.ts';
import { type Field, type Reading, type ReadQuantity, readArticle } from './reading.ts';
import { judgeRelevance } from './relevance.ts';

/** Changes whenever the same ledger could read the same article differently; stored with every tagging. */
export const engineVersion = '5';

/** An exact slice of the article: UTF-16 offsets into the field named. */
export type Evidence = { readonly field: Field; readonly start: number; readonly end: number; readonly quote: string };

/** A quantity with the field that its offsets refer to. */
export type FieldQuantity = Quantity & { readonly field: Field };

/** A quantity of a claim, with what it measures when the ledger's `measures` tell. */
export type MeasuredQuantity = FieldQuantity & { readonly measure: string | null };

/** One claim found in one article with one stance. A `candidate` waits for a person; a `tag` counts. */
export type Tagging = {
  readonly claim: string;
  readonly stance: Stance;
  readonly status: 'tag' | 'candidate';
  readonly score: number;
  readonly speaker: string | null;
  readonly evidence: readonly Evidence[];
  readonly quantities: readonly MeasuredQuantity[];
  readonly explain: Explanation;
};

/** What the ledger finds in one article. */
export type TagResult = {
  readonly kept: boolean;
  readonly relevant: boolean;
  readonly topics: readonly string[];
  readonly quantities: readonly FieldQuantity[];
  readonly taggings: readonly Tagging[];
};

// Subject by topic alone with all words in one sentence scores 0.64 and counts; one doubt more (two sentences, "if") makes a candidate.
const TAG_SCORE_MIN = 0.6;
const CANDIDATE_SCORE_MIN = 0.3;
const HYPOTHETICAL_COST = 0.45;

type Judged = Candidate & { readonly judgements: readonly StanceJudgement[]; readonly isHypothetical: boolean };

type Showing = { readonly candidate: Judged; readonly judgement: StanceJudgement };

/** Tags one article: topics, relevance, and at most one tagging for each claim and stance, the report before the dispute. Never throws. */
export function tagText(
  ledger: CompiledLedger,
  article: { readonly title: string; readonly text: string; readonly lang: string | null },
): TagResult {
  const reading = readArticle(ledger, article);
  const focus = new Focus(reading);
  const found = findCandidates(ledger, { reading, focus });
  const candidates = [...found, ...findNearMisses(ledger, { reading, focus, found })];
  const judgeStatement = buildStatementJudge(reading);
  const byClaim = Map.groupBy(candidates, (candidate) => candidate.claim);
  const taggings = [...byClaim]
    .sort((a, b) => a[0] - b[0])
    .flatMap(([index, candidates]) => {
      const claim = ledger.claims[index];
      return claim === undefined || !speaks(claim, article.lang)
        ? []
        : tagClaim({ reading, judgeStatement, claim, candidates, measures: ledger.measures });
    });
  const hasClaim = taggings.some((tagging) => tagging.status === 'tag');
  const { kept, relevant, topics } = judgeRelevance(ledger, { reading, focus, hasClaim });
  return { kept, relevant, topics, quantities: reading.quantities.map(toFieldQuantity), taggings };
}

function speaks(claim: CompiledClaim, lang: string | null): boolean {
  return claim.definition.languages === undefined || lang === null || claim.definition.languages.includes(lang);
}

type ClaimRun = {
  readonly reading: Reading;
  readonly judgeStatement: ReturnType<typeof buildStatementJudge>;
  readonly claim: CompiledClaim;
  readonly candidates: readonly Candidate[];
  readonly measures: readonly CompiledMeasure[];
};

function tagClaim(run: ClaimRun): readonly Tagging[] {
  const { reading, claim } = run;
  const judged = run.candidates.map((candidate): Judged => {
    const told = judgeStance(reading, { claim, candidate });
    const stance = claim.isBare ? run.judgeStatement(claim.definition.statement, told) : told;
    return {
      ...candidate,
      ...stance,
      score: Math.max(0, candidate.score - (stance.isHypothetical ? HYPOTHETICAL_COST : 0)),
    };
  });
  const ordered = judged
    .filter((candidate) => candidate.score >= CANDIDATE_SCORE_MIN)
    .sort((a, b) => rank(reading, a) - rank(reading, b));
  const sure = ordered.filter((candidate) => statusOf(candidate) === 'tag');
  const showings = (sure.length > 0 ? sure : ordered).flatMap((candidate) =>
    candidate.judgements.map((judgement): Showing => ({ candidate, judgement })),
  );
  // The article's own voice or a report of somebody: the clearest place speaks for the article.
  const leading = showings.find(({ judgement }) => judgement.stance !== 'disputes')?.judgement.stance;
  return STANCES.filter((stance) => stance === leading || stance === 'disputes').flatMap((stance) => {
    const own = showings.filter(({ judgement }) => judgement.stance === stance);
    const [shown] = own;
    return shown === undefined ? [] : [toTagging(run, { shown, quantities: quantitiesOf(run, own) })];
  });
}

// The text before the headline, then the surer, then the earlier: a half point of score is worth less than being first.
function rank(reading: Reading, candidate: Judged): number {
  const isTitle = reading.sentences[candidate.sentence]?.field === 'title';
  const grade = statusOf(candidate) === 'tag' ? 0 : 2;
  return (grade + (isTitle ? 1 : 0)) * 1e6 + Math.round((1 - candidate.score) * 4) * 1e5 + candidate.sentence;
}

function statusOf(candidate: Judged): 'tag' | 'candidate' {
  return candidate.score >= TAG_SCORE_MIN ? 'tag' : 'candidate';
}

function toTagging(
  { reading, claim }: ClaimRun,
  { shown, quantities }: { readonly shown: Showing; readonly quantities: readonly MeasuredQuantity[] },
): Tagging {
  const { candidate, judgement } = shown;
  const sentence = reading.sentences[judgement.sentence];
  const { field, start, end } = sentence ?? { field: 'text', start: 0, end: 0 };
  return {
    claim: claim.definition.id,
    stance: judgement.stance,
    status: statusOf(candidate),
    score: Math.round(candidate.score * 1000) / 1000,
    speaker: judgement.speaker,
    evidence: [{ field, start, end, quote: reading[field].slice(start, end) }],
    quantities,
    explain: explain({ reading, claim, candidate, judgement, isHypothetical: candidate.isHypothetical }),
  };
}

// Every value that the article gives for the claim, once, where it first stands.
function quantitiesOf(run: ClaimRun, showings: readonly Showing[]): readonly MeasuredQuantity[] {
  const values = new Map<string, ReadQuantity>();
  for (const quantity of showings.flatMap((showing) => valuesShown(run, showing))) {
    const key = `${quantity.unit} ${quantity.value} ${quantity.min} ${quantity.max}`;
    if (!values.has(key)) values.set(key, quantity);
  }
  const { reading, measures } = run;
  return [...values.values()]
    .sort((a, b) => a.start - b.start)
    .map((quantity) => ({ ...toFieldQuantity(quantity), measure: findMeasure(reading, { quantity, measures }) }));
}

// A report shows the amounts that met the claim and those it records; a dispute shows what is set against them.
function valuesShown({ reading, claim }: ClaimRun, { candidate, judgement }: Showing): readonly ReadQuantity[] {
  const matched = candidate.matches.flatMap((match) => match.quantity ?? []);
  const isDispute = judgement.stance === 'disputes';
  const here = reading.quantities.filter((quantity) => quantity.sentence === judgement.sentence && !quantity.isRate);
  const recorded = here.filter((quantity) =>
    isDispute
      ? quantity.unit === claim.definition.conflicts && !matched.includes(quantity)
      : claim.records.some((amount) => meetsAmount(quantity, amount)),
  );
  return isDispute ? recorded : [...matched, ...recorded];
}

function toFieldQuantity(quantity: ReadQuantity): FieldQuantity {
  const { value, min, max, unit, modifier, start, end, field } = quantity;
  return { value, min, max, unit, modifier, field, start, end };
}

/** A hash of everything in a claim's definition that decides what is found; examples are not part of it. */
export function definitionHash(claim: ClaimDefinition): string {
  return hashOf(canonicalJson(decidingPart(claim)));
}

/** The hash that the same definition had before 0.2, when the order of keys counted; stored hashes are brought up to date by it. */
export function formerDefinitionHash(claim: ClaimDefinition): string {
  return hashOf(JSON.stringify(decidingPart(claim)));
}

function decidingPart({ examples: _, ...definition }: ClaimDefinition) {
  return definition;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
