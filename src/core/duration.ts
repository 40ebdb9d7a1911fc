const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The milliseconds of a duration as people write it in the ledger: `2s`, `30m`, `1h`, `7d`; null when it is not one. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)\s?([smhd])$/.exec(text.trim());
  const [, amount, unit] = match ?? [];
  if (amount === undefined || (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')) return null;
  return Math.round(Number(amount) * unitMs[unit]);
}
