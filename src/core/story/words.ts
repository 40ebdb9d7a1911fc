import { tokenize } from '#src/core/text/tokens.ts';

/** One word of an article: its folded form, and whether it is written like a name or a number. */
export type StoryWord = { readonly form: string; readonly isName: boolean };

/** Words read of one article; the copies that we met repeat far less, and a book would hold up everyone else. */
const wordsMax = 20_000;

/** A word goes into indexes of the store, which hold 2,704 bytes; what is longer than this is no word but data, and its beginning will do. */
const wordLengthMax = 100;

/** The tokens of these scripts are single characters. A run of them is cut into words by the dictionary that comes with Node. */
const unspaced = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
const writtenLikeName = /^[\p{Lu}\p{Lt}\p{Nd}]/u;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * The words of a text in reading order, at most 20,000, in any script: three of them say about as much in Chinese as in English. Never
 * throws.
 */
export function listStoryWords(text: string): readonly StoryWord[] {
  const words: StoryWord[] = [];
  let runEnd = -1;
  let run = '';
  for (const { form, spelling, start, end } of tokenize(text)) {
    if (words.length >= wordsMax) break;
    const isUnspaced = unspaced.test(form);
    if (run !== '' && !(isUnspaced && start === runEnd)) {
      words.push(...segmentRun(run));
      run = '';
    }
    if (isUnspaced) {
      run += form;
      runEnd = end;
    } else words.push({ form: form.slice(0, wordLengthMax), isName: writtenLikeName.test(spelling) });
  }
  return [...words, ...segmentRun(run)].slice(0, wordsMax);
}

function segmentRun(run: string): readonly StoryWord[] {
  return [...segmenter.segment(run)].map(({ segment }) => ({ form: segment, isName: false }));
}
