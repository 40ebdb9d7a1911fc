import { type ClaimAmount, countOf, type DigestNumber, fitAmount, type SeenNumber } from '#src/core/digest/digest.ts';
import { groupByMeasure, nameOutlets, nameSpeaker } from '#src/core/display/digest.ts';
import { formatQuantity } from '#src/core/display/quantity.ts';
import { shortTime } from './table.ts';

const fitWords = { inside: 'agrees with the claim', outside: 'conflicts with the claim', unmeasured: '' } as const;

/** The numbers seen for a claim as lines, kept apart by what they measure; empty without any. */
export function renderNumbers(claim: {
  readonly short: string;
  readonly amount: ClaimAmount | null;
  readonly numbers: readonly SeenNumber[];
}): string {
  const { short, amount } = claim;
  const numbers = claim.numbers.map((number): DigestNumber => ({ ...number, short, fit: fitAmount(number, amount) }));
  const parts = groupByMeasure(numbers, amount?.unit ?? null).map(
    ({ measure, groups }) => `  ${measure ?? 'measure not said'}\n${groups.map(renderGroup).join('')}`,
  );
  return parts.length === 0 ? '' : `\nNUMBERS SEEN\n${parts.join('')}`;
}

function renderGroup(group: readonly [DigestNumber, ...DigestNumber[]]): string {
  const [newest] = group;
  const oldest = group.at(-1) ?? newest;
  const stances = [...new Set(group.map(({ stance }) => stance))].join(', ');
  const speaker = nameSpeaker(newest);
  const outlets = nameOutlets(group);
  const parts = [
    fitWords[newest.fit],
    countOf(new Set(group.map(({ articleId }) => articleId)).size, 'origin'),
    stances,
    speaker === outlets ? outlets : `${speaker}, ${outlets}`,
    `first seen ${shortTime(oldest.firstSeenAt ?? oldest.storedAt)}`,
  ];
  const value = formatQuantity(newest).replaceAll('\u202f', ' ');
  return `    ${value}: ${parts.filter((part) => part !== '').join('; ')}\n`;
}
