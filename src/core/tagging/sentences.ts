import { splitSentences } from '#src/core/text/sentences.ts';
import type { WordSpans } from '#src/core/text/tokens.ts';
import type { Field } from './reading.ts';

/**
 * One sentence of an article: offsets into its field, its words (`firstToken` to `endToken`, exclusive, counted over both fields), and the
 * paragraph of its field.
 */
export type ReadSentence = {
  readonly field: Field;
  readonly start: number;
  readonly end: number;
  readonly firstToken: number;
  readonly endToken: number;
  readonly paragraph: number;
};

const QUESTION_END = /[?？][\s"'”’»」』)）*_]*$/u;
const QUOTED_QUESTION = /["“„«「][^"“”„«»「」]*[?？]\s*["”»」]\s*$/u;
const LABEL_END = /[:：]\s*$/u;
// How reference lists say when or where something was read.
const CITATION =
  /\b(?:accessed|retrieved|last visited)(?:\s+on)?:?\s+(?:\p{L}{3,9}\.?\s+)?\d|\b(?:abgerufen am|consulté le|consultado el|consultato il|acesso em)\s+\d|访问(?:日期|时间|于)|\barXiv:\d|\bdoi(?:\.org\/|:\s*)10\./iu;
// What every citation above holds; nine sentences of ten hold neither, and are spared the pattern.
const CITATION_SIGN = /[\d访]/;
// "Training Cost: ..." and "@somebody: ..." open an item of a list that stands for itself: "it" there means nothing named before.
const ITEM_LABEL = /^(?:@\w|[^.!?:]{3,80}:\s+["“'@\p{Lu}])/u;
// A label is written like a headline; a sentence such as "He put it so: ..." is not.
const SMALL_WORD = /(?<![\p{L}\p{N}])\p{Ll}\p{L}{4,}/u;

/** The sentences of one field, in order; its words are counted from `wordOffset` on. */
export function listReadSentences(
  field: Field,
  { words, wordOffset }: { readonly words: WordSpans; readonly wordOffset: number },
): readonly ReadSentence[] {
  const { text, starts } = words;
  let word = 0;
  let paragraph = 0;
  let previousEnd = 0;
  let lineEnd = text.indexOf('\n');
  return splitSentences(text).map(({ start, end }) => {
    if (lineEnd !== -1 && lineEnd < previousEnd) lineEnd = text.indexOf('\n', previousEnd);
    if (lineEnd !== -1 && lineEnd < start) paragraph++;
    previousEnd = end;
    const firstToken = wordOffset + word;
    while ((starts[word] ?? end) < end) word++;
    return { field, start, end, firstToken, endToken: wordOffset + word, paragraph };
  });
}

/** Where what a sentence asks begins: at 0, or at the quotation at its end; null when it asks nothing. */
export function questionIn(sentence: string): number | null {
  if (!QUESTION_END.test(sentence)) return null;
  // "It is so good that they ask, "What next?"" asks only what it quotes.
  return QUOTED_QUESTION.exec(sentence)?.index ?? 0;
}

/** Whether a sentence says something itself; a label ("Method:") and an entry of a reference list only point elsewhere. */
export function isProse(sentence: string): boolean {
  return !LABEL_END.test(sentence) && !(CITATION_SIGN.test(sentence) && CITATION.test(sentence));
}

/** Whether a sentence at the start of a line opens an item of a list with a label of its own. */
export function opensItem(sentence: string): boolean {
  const label = ITEM_LABEL.exec(sentence)?.[0];
  return label !== undefined && !SMALL_WORD.test(label);
}
