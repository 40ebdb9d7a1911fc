import type { ExampleDefinition } from '#src/core/claim/definition.ts';
import type { CompiledLedger } from '#src/core/claim/language.ts';
import { tagText } from './tagging.ts';

/** How one example of a claim came out; `reason` says what was found or missed. */
export type ExampleResult = {
  readonly claim: string;
  readonly kind: 'match' | 'no-match';
  readonly example: string;
  readonly ok: boolean;
  readonly reason: string;
};

/** Runs every claim's own examples: `match` must be tagged (with its stance, when one is given), `no-match` must not. */
export function checkExamples(ledger: CompiledLedger): readonly ExampleResult[] {
  return ledger.claims.flatMap(({ definition }) => [
    ...(definition.examples?.match ?? []).map((example) => checkMatch(ledger, { claim: definition.id, example })),
    ...(definition.examples?.['no-match'] ?? []).map((example) =>
      checkNoMatch(ledger, { claim: definition.id, example }),
    ),
  ]);
}

type ExampleRun = { readonly claim: string; readonly example: ExampleDefinition };

function checkMatch(ledger: CompiledLedger, run: ExampleRun): ExampleResult {
  const { text, found } = read(ledger, run);
  const wanted = typeof run.example === 'string' ? undefined : run.example.stance;
  const tags = found.filter((tagging) => tagging.status === 'tag');
  const ok = tags.some((tagging) => wanted === undefined || tagging.stance === wanted);
  const stances = tags.map((tagging) => tagging.stance).join(', ');
  const candidate = found.find((tagging) => tagging.status === 'candidate');
  const missed =
    candidate === undefined
      ? 'no way of the claim is met'
      : `only a candidate, score ${candidate.score} by ${candidate.explain.way}`;
  const reason = tags.length === 0 ? missed : ok ? `tagged: ${stances}` : `tagged: ${stances}; wanted ${wanted}`;
  return { claim: run.claim, kind: 'match', example: text, ok, reason };
}

function checkNoMatch(ledger: CompiledLedger, run: ExampleRun): ExampleResult {
  const { text, found } = read(ledger, run);
  const tag = found.find((tagging) => tagging.status === 'tag');
  const matched = tag?.explain.matched.map((match) => `"${match.words}"`).join(', ');
  const reason = tag === undefined ? 'not tagged' : `tagged by ${tag.explain.way} through ${matched}`;
  return { claim: run.claim, kind: 'no-match', example: text, ok: tag === undefined, reason };
}

function read(ledger: CompiledLedger, run: ExampleRun) {
  const { title = '', text } = typeof run.example === 'string' ? { text: run.example } : run.example;
  const { taggings } = tagText(ledger, { title, text, lang: null });
  return { text, found: taggings.filter((tagging) => tagging.claim === run.claim) };
}
