import type { Reading, ReadQuantity } from '#src/core/tagging/reading.ts';

/** What amounts of one unit can measure, ready to be matched. Without terms it takes what no other measure of its unit takes. */
export type CompiledMeasure = { readonly name: string; readonly unit: string; readonly terms: readonly number[] };

/** What a quantity measures: the measure of its unit whose words stand nearest in its sentence; null when nothing tells. */
export function findMeasure(
  reading: Reading,
  at: { readonly quantity: ReadQuantity; readonly measures: readonly CompiledMeasure[] },
): string | null {
  const own = at.measures.filter(({ unit }) => unit === at.quantity.unit);
  let nearest: { readonly name: string; readonly distance: number } | null = null;
  for (const { name, terms } of own) {
    const distance = distanceTo(reading, { terms, quantity: at.quantity });
    if (distance !== null && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY)) nearest = { name, distance };
  }
  return nearest?.name ?? own.find(({ terms }) => terms.length === 0)?.name ?? null;
}

/** Characters between a quantity and the nearest of some terms in its sentence; null when none stands there. */
function distanceTo(
  reading: Reading,
  at: { readonly terms: readonly number[]; readonly quantity: ReadQuantity },
): number | null {
  const { start, end, sentence } = at.quantity;
  const distances = at.terms.flatMap((term) =>
    reading.hits.of(term).flatMap((hit) => {
      if (reading.sentenceOf[hit.first] !== sentence) return [];
      const from = reading.starts[hit.first] ?? 0;
      const to = reading.ends[hit.last] ?? 0;
      return [Math.max(0, from - end, start - to)];
    }),
  );
  return distances.length === 0 ? null : Math.min(...distances);
}
