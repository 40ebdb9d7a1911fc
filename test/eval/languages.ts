import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { STANCES, type Stance } from '#src/core/claim/definition.ts';
import type { CompiledLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';

/**
 * Short reports in five languages, written for this project by the labelling guide; events, people and figures are invented. `open` are claims
 * that two readers may see differently; they are not counted.
 */
const rowSchema = z.strictObject({
  batch: z.string(),
  lang: z.string(),
  title: z.string(),
  text: z.string(),
  claims: z.record(z.string(), z.array(z.enum(STANCES))),
  open: z.array(z.string()).default([]),
});

type Row = z.infer<typeof rowSchema>;

/** A batch as it was first tagged, by rules that had not seen it: the figures that say what new texts will give. */
const FIRST_LOOKS: readonly {
  readonly batch: string;
  readonly claimsF1: number;
  readonly stance: number;
  readonly note: string;
}[] = [
  { batch: 'A', claimsF1: 0.921, stance: 0.716, note: 'the rules of before' },
  {
    batch: 'B',
    claimsF1: 0.818,
    stance: 0.589,
    note: 'the rules of before; mended on A alone they gave .838 and .865',
  },
  { batch: 'C', claimsF1: 0.862, stance: 0.731, note: 'mended on A and B; the rules of before gave .848 and .654' },
  { batch: 'D', claimsF1: 0.9, stance: 0.761, note: 'mended on A to C; the rules of before gave .878 and .635' },
];

type Count = { right: number; extra: number; missed: number };

type Tally = { readonly claims: Count; readonly stances: Readonly<Record<Stance, Count>> };

/** Tags the invented reports and prints claims and stances for each language, then the first looks of each batch. */
export function printLanguages(ledger: CompiledLedger): void {
  const lines = readFileSync(new URL('./languages.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const rows = z.array(rowSchema).parse(lines.map((line): unknown => JSON.parse(line)));
  console.log(`invented reports in other languages: ${rows.length}`);
  for (const [lang, own] of [...Map.groupBy(rows, (row) => row.lang), ['all', rows] as const]) {
    const { claims, stances } = tally(ledger, own);
    const figures = Object.values(stances).map(f1Of);
    const macro = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
    console.log(
      `  ${lang.padEnd(4)} claims P ${share(claims.right, claims.extra)} R ${share(claims.right, claims.missed)} F1 ${f1Of(claims).toFixed(3)}, stance macro F1 ${macro.toFixed(3)} (${STANCES.map((stance) => `${stance} ${f1Of(stances[stance]).toFixed(2)}`).join(', ')})`,
    );
  }
  for (const { batch, claimsF1, stance, note } of FIRST_LOOKS)
    console.log(`  first look at batch ${batch}: claims F1 ${claimsF1}, stance macro F1 ${stance} (${note})`);
}

function tally(ledger: CompiledLedger, rows: readonly Row[]): Tally {
  const count = (): Count => ({ right: 0, extra: 0, missed: 0 });
  const claims = count();
  const stances = { supports: count(), reports: count(), disputes: count() };
  for (const row of rows) {
    const tags = tagText(ledger, row).taggings.filter(({ status }) => status === 'tag');
    const found = Map.groupBy(tags, ({ claim }) => claim);
    for (const claim of new Set([...found.keys(), ...Object.keys(row.claims)])) {
      const wanted = row.claims[claim];
      const given = found.get(claim)?.map(({ stance }) => stance);
      if (row.open.includes(claim)) continue;
      add(claims, { wanted: wanted !== undefined, given: given !== undefined });
      if (wanted === undefined || given === undefined) continue;
      for (const stance of STANCES)
        add(stances[stance], { wanted: wanted.includes(stance), given: given.includes(stance) });
    }
  }
  return { claims, stances };
}

function add(count: Count, { wanted, given }: { readonly wanted: boolean; readonly given: boolean }): void {
  if (wanted && given) count.right++;
  else if (given) count.extra++;
  else if (wanted) count.missed++;
}

function f1Of({ right, extra, missed }: Count): number {
  return (2 * right) / Math.max(1, 2 * right + extra + missed);
}

function share(right: number, others: number): string {
  return (right / Math.max(1, right + others)).toFixed(3);
}
