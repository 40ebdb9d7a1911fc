/** Why taggings were made, as it was stored with them. */
import { z } from 'zod';
import type { Explanation } from '#src/core/tagging/explain.ts';
import type { Db } from './store.ts';

/** The reasons of one tagging, and since when (RFC 3339) the rules that made it were in use. */
export type StoredReasons = { readonly explanation: Explanation; readonly rulesSince: string };

const bound = z.number().nullable();

const schema = z.object({
  way: z.string().catch(''),
  matched: z
    .array(
      z.object({
        group: z.string().catch(''),
        words: z.string(),
        field: z.enum(['title', 'text']).catch('text'),
        start: z.number().catch(0),
        end: z.number().catch(0),
        amount: z.object({ value: bound, min: bound, max: bound, unit: z.string() }).nullable().catch(null),
      }),
    )
    .catch([]),
  about: z
    .object({
      entity: z.array(z.string()).catch([]),
      by: z.string().catch(''),
      words: z.string().nullable(),
      sentence: z.number().catch(0),
    })
    .nullable()
    .catch(null),
  parts: z
    .object({
      reference: z.number(),
      share: z.number(),
      spread: z.number(),
      title: z.number(),
      hypothetical: z.boolean(),
    })
    .catch({ reference: 1, share: 1, spread: 0, title: 0, hypothetical: false }),
  stance: z.array(z.string()).catch([]),
  missing: z.array(z.string()).catch([]),
});

/** The stored reasons of a tagging; parts that an older engine did not write are empty. Null for what are no reasons at all. */
export function readExplanation(stored: unknown): Explanation | null {
  return schema.safeParse(stored).data ?? null;
}

/** The reasons of the current taggings of an article, or of some taggings, by their ids. */
export async function listReasons(
  db: Db,
  of: { readonly articleId: number } | { readonly taggingIds: readonly number[] },
): Promise<ReadonlyMap<number, StoredReasons>> {
  const rows = await db
    .selectFrom('taggings')
    .innerJoin('claim_definitions', 'claim_definitions.hash', 'taggings.definition_hash')
    .select(['taggings.id', 'taggings.explain', 'claim_definitions.first_used_at'])
    .where('taggings.closed_at', 'is', null)
    .where((eb) =>
      'articleId' in of
        ? eb('taggings.article_id', '=', of.articleId)
        : eb('taggings.id', 'in', of.taggingIds.length === 0 ? [0] : [...of.taggingIds]),
    )
    .execute();
  return new Map(
    rows.flatMap(({ id, explain, first_used_at: usedAt }) => {
      const explanation = readExplanation(explain);
      return explanation === null ? [] : [[id, { explanation, rulesSince: usedAt.toString() }] as const];
    }),
  );
}
