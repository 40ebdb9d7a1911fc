import type { Reading } from '#src/core/tagging/reading.ts';

// A quotation is somebody's voice when it is most of the sentence; a few quoted words inside a sentence of one's own are a choice of words.
const QUOTED_SHARE_MIN = 0.5;
const MARKS = /["“”„«»「」『』]/gu;
const OPENING_MARKS = '“„«「『';
// A comma on either side of the closing mark.
const HANDED_OVER = /^(?:[,，]\s?["”“»」』]|.\s?["”“»」』]\s?[,，])/u;
const CLOSING_MARK = /["”“»」』]/u;

/** Whether a token stands in a quotation that is somebody's voice: most of its sentence, or begun in a sentence before. */
export function isQuoted(reading: Reading, at: { readonly sentence: number; readonly token: number }): boolean {
  const sentence = reading.sentences[at.sentence];
  const start = reading.starts[at.token];
  if (sentence === undefined || start === undefined) return false;
  const text = reading[sentence.field];
  const begin = paragraphStart(reading, at.sentence);
  const opened = findOpenQuote(text.slice(begin, start));
  if (opened === null) return false;
  const quoteStart = begin + opened;
  if (quoteStart < sentence.start) return true;
  const rest = text.slice(quoteStart, sentence.end);
  const close = rest.slice(1).search(CLOSING_MARK);
  // "The lake is dead," complained the mayor: a quotation that opens its sentence and runs into a comma is told by somebody.
  if (quoteStart === sentence.start && close >= 0 && HANDED_OVER.test(rest.slice(close, close + 4))) return true;
  const quotedChars = close < 0 ? rest.length : close + 1;
  return quotedChars >= QUOTED_SHARE_MIN * (sentence.end - sentence.start);
}

// Marks are counted from the start of the paragraph: a quotation may run over several sentences.
function paragraphStart(reading: Reading, sentence: number): number {
  const own = reading.sentences[sentence];
  let first = sentence;
  for (let index = sentence - 1; index >= 0; index--) {
    const other = reading.sentences[index];
    if (other === undefined || other.field !== own?.field || other.paragraph !== own.paragraph) break;
    first = index;
  }
  return reading.sentences[first]?.start ?? 0;
}

// Where the quotation that is open at the end of a text begins. “ opens in English and closes in German („…“).
function findOpenQuote(text: string): number | null {
  let opened: number | null = null;
  for (const match of text.matchAll(MARKS)) {
    const [mark] = match;
    const isOpening: boolean = mark === '"' || mark === '“' ? opened === null : OPENING_MARKS.includes(mark);
    opened = isOpening ? match.index : null;
  }
  return opened;
}
