import type { CompiledLedger } from '#src/core/claim-language.ts';
import { tagText } from '#src/core/tagging.ts';
import { listWords } from '#src/core/tokens.ts';

/**
 * Makes the question whether an article mentions a topic of the ledger, as `tagText` says by `kept`. Most entries of a feed hold no
 * word of any topic: one pass over their words says so at a tenth of the price, and only the others are read in full.
 */
export function topicMention(
  ledger: CompiledLedger,
): (article: { readonly title: string; readonly text: string }) => boolean {
  const terms = new Set(ledger.topics.flatMap((topic) => topic.any));
  // Without sentences every term is found that stands in one, and perhaps more.
  const holdsTerm = (text: string): boolean => ledger.index.list(listWords(text)).some(({ term }) => terms.has(term));
  return ({ title, text }) =>
    (holdsTerm(title) || holdsTerm(text)) && tagText(ledger, { title, text, lang: null }).kept;
}
