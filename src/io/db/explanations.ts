import { z } from 'zod';
import type { Explanation } from '#src/core/tagging-explain.ts';

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
