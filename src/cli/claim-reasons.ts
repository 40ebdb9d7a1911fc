import type { Stance } from '#src/core/claim/definition.ts';
import { describeExplanation, describePlaces, describeScore } from '#src/core/display/explanation.ts';
import { quoteText, showLine } from '#src/core/display/text.ts';
import type { StoredReasons } from '#src/io/db/explanations.ts';
import type { ReviewCard } from '#src/io/db/reviews.ts';

/** Why a quote was found, as indented lines; empty when nothing is known. */
export function renderReasons(reasons: StoredReasons | undefined, stance: Stance): string {
  if (reasons === undefined) return '';
  const { explanation } = reasons;
  const small = [describeScore(explanation), describePlaces(explanation)].filter((part) => part !== '').join('; ');
  const lines = [...describeExplanation(explanation, stance), `(${small})`];
  return lines.map((line) => `    ${line}\n`).join('');
}

/** The quotes on a claim that wait for a person, each with what was missing; empty when none does. */
export function renderNearMisses(cards: readonly ReviewCard[]): string {
  const parts = cards.map((card) => {
    const why =
      card.explanation === null ? '' : renderReasons({ explanation: card.explanation, rulesSince: '' }, card.stance);
    return `  ${card.taggingId}  ${card.stance}  ${quoteText(showLine(card.quote), card.lang)}\n    ${showLine(card.outlet)}, article ${card.articleId}\n${why}`;
  });
  return parts.length === 0 ? '' : `\nWAITS FOR REVIEW\n${parts.join('')}`;
}
