import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import { claimSectionShape } from '#src/config/claim-schema.ts';
import type { ClaimDefinition, LedgerDefinition } from '#src/core/claim/definition.ts';
import { type CompiledLedger, compileLedger } from '#src/core/claim/language.ts';
import { suggestClaim } from '#src/core/claim/suggestion.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { printLanguages } from './languages.ts';
import { reportSnapshot, type SeenTag } from './tag-snapshot.ts';
import { chooseOnOtherFolds, type Folded } from './threshold-folds.ts';

const articleSchema = z.object({ id: z.string(), title: z.string(), text: z.string(), lang: z.string().nullish() });
const scoreSchema = z.object({
  relevance: z.object({ p: z.number(), r: z.number(), f1: z.number() }),
  claims: z.object({
    micro: z.object({ p: z.number(), r: z.number(), f1: z.number() }),
    macroF1: z.number(),
    perClaim: z.record(z.string(), z.object({ tp: z.number(), fp: z.number(), fn: z.number() })),
  }),
  stance: z.object({ macroF1: z.number(), per: z.record(z.string(), z.object({ f1: z.number() })) }),
  stanceBaseline: z.object({ macroF1: z.number() }),
  evidence: z.object({ topHitsKey: z.number(), exactSlice: z.number().nullable() }),
  quantities: z.object({ anyClaim: z.object({ p: z.number(), r: z.number(), f1: z.number() }) }),
  candidates: z.object({ n: z.number(), right: z.number(), recallWithCandidates: z.number() }),
  fails: z.array(z.string()),
});
const labelledSchema = articleSchema.extend({
  claims: z.array(z.object({ claim: z.string(), stance: z.string(), speaker: z.string().nullish() })),
});
const scorerSchema = z.object({
  loadLabels:
    z.custom<
      (files: readonly string[], options: { readonly docs?: string }) => { readonly rows: readonly unknown[] }
    >(),
  score:
    z.custom<
      (rows: readonly unknown[], predictions: readonly unknown[], options: { readonly boot: number }) => unknown
    >(),
});

// What the labels call the stances.
const STANCE_OF_LABEL: Readonly<Record<string, string>> = { affirms: 'supports', attributes: 'reports' };

/** The figures of one labelled set, as its own scorer counts them. */
export type ClaimScore = z.infer<typeof scoreSchema>;

/** The tagger's figures: labelled articles, own passages, and how many of the general news were kept or tagged. */
export type ClaimEvaluation = {
  readonly dev: ClaimScore;
  readonly own: ClaimScore;
  readonly generalNews: {
    readonly articleCount: number;
    readonly kept: readonly string[];
    readonly tagged: readonly string[];
  };
};

/**
 * Tags the labelled sets and the general news with the shipped ledger, prints the figures and returns them; then what changed in the tags
 * since the snapshot. The one number that could be fitted to these sets, the score that makes a tag, is also chosen on four fifths of them and
 * measured on the rest; for the words that people wrote the honest figure needs new texts.
 */
export async function evaluateClaims(
  sharedDir: string,
  options: { readonly isAccepted: boolean },
): Promise<ClaimEvaluation> {
  const ledger = readLedger();
  const claims = join(sharedDir, 'eval/claims');
  const scorer = scorerSchema.parse(await import(pathToFileURL(join(claims, 'score.mjs')).href));
  const seen: SeenTag[] = [];
  const loadRows = (labels: string, docs: string | null) =>
    scorer.loadLabels([join(claims, labels)], docs === null ? {} : { docs: join(claims, docs) }).rows;
  const tagRows = (rules: CompiledLedger, rows: readonly unknown[]) =>
    z
      .array(articleSchema)
      .parse(rows)
      .map((row) => tagRow(rules, row));
  const score = (rows: readonly unknown[], predictions: readonly unknown[]): ClaimScore =>
    scoreSchema.parse(scorer.score(rows, predictions, { boot: 0 }));
  const scoreSet = (name: string, rows: readonly unknown[]): ClaimScore => {
    const predictions = tagRows(ledger, rows);
    seen.push(...predictions.flatMap(listTags));
    const figures = score(rows, predictions);
    printScore(name, figures);
    printFolds(chooseOnOtherFolds({ rows, predictions, score: (part, tags) => countClaims(score(part, tags)) }));
    return figures;
  };
  const devRows = loadRows('dev/labels.jsonl', 'dev/docs');
  const ownRows = loadRows('own/passages.jsonl', null);
  const dev = scoreSet('real articles (dev)', devRows);
  const own = scoreSet('own passages', ownRows);
  printSpeakers(ledger, readLines(readFileSync(join(claims, 'own/passages.jsonl'), 'utf8')));
  for (const [name, change] of Object.entries(bareClaims)) {
    const rules = readLedger(change);
    for (const [set, rows] of Object.entries({ 'real articles': devRows, 'own passages': ownRows }))
      printBare(`${name}, ${set}`, score(rows, tagRows(rules, rows).map(countAll)));
  }
  printLanguages(ledger);
  const generalNews = tagNegatives(ledger, join(claims, 'negatives/general-news.jsonl.gz'));
  console.log(
    `general news: ${generalNews.articleCount} articles, ${generalNews.kept.length} kept, ${generalNews.tagged.length} tagged`,
  );
  for (const line of [...generalNews.kept, ...generalNews.tagged]) console.log(`  ${line}`);
  const unlabelled = readRows(join(claims, 'negatives/unlabelled-deepseek.jsonl.gz'));
  seen.push(...unlabelled.flatMap((row) => listTags(tagRow(ledger, row))));
  reportSnapshot(seen, options.isAccepted);
  return { dev, own, generalNews };
}

// The shipped claims by their statements alone: as they are searched for then, and as `claims suggest` would define them.
const bareClaims: Readonly<Record<string, (claim: ClaimDefinition, ledger: LedgerDefinition) => ClaimDefinition>> = {
  'statements alone': ({ id, short, statement }) => ({ id, short, statement }),
  'unedited proposals': ({ id, short, statement }, ledger) => ({
    ...suggestClaim(statement, { ...ledger, claims: [] }).claim,
    id,
    short,
  }),
};

function readLedger(change = (claim: ClaimDefinition, _: LedgerDefinition) => claim): CompiledLedger {
  const source = readFileSync(new URL('../../ledger.yaml', import.meta.url), 'utf8');
  const ledger = z.object(claimSectionShape).parse(parse(source));
  const { value, problems } = compileLedger({ ...ledger, claims: ledger.claims.map((claim) => change(claim, ledger)) });
  if (problems.length > 0) throw new Error(problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n'));
  return value;
}

function tagRow(ledger: CompiledLedger, row: z.infer<typeof articleSchema>) {
  return { id: row.id, ...tagText(ledger, { title: row.title, text: row.text, lang: row.lang ?? null }) };
}

// What waits for a person counts too: a claim that is only a statement gives nothing else.
function countAll(row: ReturnType<typeof tagRow>) {
  return { ...row, taggings: row.taggings.map((tagging) => ({ ...tagging, status: 'tag' })) };
}

function countClaims({ claims }: ClaimScore): Folded {
  const counts = Object.values(claims.perClaim);
  const sum = (of: (count: (typeof counts)[number]) => number) => counts.reduce((total, count) => total + of(count), 0);
  return { right: sum(({ tp }) => tp), extra: sum(({ fp }) => fp), missed: sum(({ fn }) => fn) };
}

function printFolds({ right, extra, missed }: Folded): void {
  const [precision, recall] = [right / (right + extra), right / (right + missed)];
  const f1 = (2 * right) / (2 * right + extra + missed);
  console.log(
    `  claims, with the score for a tag chosen on the other four fifths: P ${precision.toFixed(3)} R ${recall.toFixed(3)} F1 ${f1.toFixed(3)}`,
  );
}

function printBare(name: string, { claims, stance, stanceBaseline }: ClaimScore): void {
  const { p, r, f1 } = claims.micro;
  console.log(
    `${name}: P ${p.toFixed(3)} R ${r.toFixed(3)} F1 ${f1.toFixed(3)}, stance macro F1 ${stance.macroF1.toFixed(3)} (constant per claim ${stanceBaseline.macroF1.toFixed(3)})`,
  );
}

function tagNegatives(ledger: CompiledLedger, file: string): ClaimEvaluation['generalNews'] {
  const results = readRows(file).map((row) => ({ row, result: tagRow(ledger, row) }));
  const kept = results
    .filter(({ result }) => result.kept)
    .map(({ row, result }) => `kept ${row.id} "${row.title}" for ${result.topics.join(', ')}`);
  const tagged = results.flatMap(({ row, result }) =>
    result.taggings
      .filter((tagging) => tagging.status === 'tag')
      .map((tagging) => `tagged ${row.id} ${tagging.claim}: ${tagging.evidence[0]?.quote}`),
  );
  return { articleCount: results.length, kept, tagged };
}

function readRows(file: string): readonly z.infer<typeof articleSchema>[] {
  return z.array(articleSchema).parse(readLines(gunzipSync(readFileSync(file)).toString('utf8')));
}

function readLines(text: string): readonly unknown[] {
  return text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

function listTags({ id, taggings }: ReturnType<typeof tagRow>): readonly SeenTag[] {
  return taggings
    .filter((tagging) => tagging.status === 'tag')
    .map(({ claim, stance, evidence }) => ({ article: id, claim, stance, quote: evidence[0]?.quote ?? '' }));
}

// The labels name who speaks in their own words; the tagger gives a slice. "The company" for a named one counts as another name, and so does the
// name for "the lab".
function printSpeakers(ledger: CompiledLedger, lines: readonly unknown[]): void {
  const counts = { right: 0, 'by another name or wrong': 0, nobody: 0, 'named where the labels name nobody': 0 };
  for (const row of z.array(labelledSchema).parse(lines)) {
    const { taggings } = tagRow(ledger, row);
    for (const label of row.claims) {
      const stance = STANCE_OF_LABEL[label.stance] ?? label.stance;
      const tagging = taggings.find((found) => found.claim === label.claim && found.stance === stance);
      if (tagging === undefined) continue;
      if (typeof label.speaker !== 'string') {
        if (tagging.speaker !== null) counts['named where the labels name nobody']++;
        continue;
      }
      const [wanted, named] = [label.speaker.toLowerCase(), tagging.speaker?.toLowerCase()];
      const isRight = named !== undefined && (wanted.includes(named) || named.includes(wanted));
      counts[named === undefined ? 'nobody' : isRight ? 'right' : 'by another name or wrong']++;
    }
  }
  console.log(
    `  speakers    ${Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
}

function printScore(name: string, score: ClaimScore): void {
  const figure = (value: number) => value.toFixed(3);
  const { micro } = score.claims;
  const disputes = score.stance.per['disputes']?.f1 ?? 0;
  console.log(`${name}
  relevance   P ${figure(score.relevance.p)} R ${figure(score.relevance.r)} F1 ${figure(score.relevance.f1)}
  claims      P ${figure(micro.p)} R ${figure(micro.r)} F1 ${figure(micro.f1)}, macro F1 ${figure(score.claims.macroF1)}
  candidates  ${score.candidates.right} of ${score.candidates.n} right, R with them ${figure(score.candidates.recallWithCandidates)}
  stance      macro F1 ${figure(score.stance.macroF1)} (constant per claim ${figure(score.stanceBaseline.macroF1)}), disputes F1 ${figure(disputes)}
  evidence    on deciding words ${figure(score.evidence.topHitsKey)}, exact slices ${figure(score.evidence.exactSlice ?? 0)}
  quantities  P ${figure(score.quantities.anyClaim.p)} R ${figure(score.quantities.anyClaim.r)} F1 ${figure(score.quantities.anyClaim.f1)}`);
}
