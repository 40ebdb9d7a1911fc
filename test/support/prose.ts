/** Made-up prose: words that no language has, common ones often and rare ones seldom, so that texts differ as real ones do. */
const syllables = 'ba co du fe gi ha ju ka lo mi na po ra se ti vo wu xe ya zo'.split(' ');
const vocabularySize = 20_000;
const sentenceWords = { least: 8, most: 22 };
/** Every so many words one belongs to the event that the text is about. */
const subjectEvery = 4;

/** The made-up word of a number. */
export function makeWord(number: number): string {
  let word = '';
  for (let rest = number + syllables.length; rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length] ?? '';
  return word;
}

/** A text of so many words in sentences; texts with the same `subject` tell of one event in words of their own. */
export function makeProse(
  random: () => number,
  options: { readonly wordCount: number; readonly subject?: number },
): string {
  const { wordCount, subject = Math.floor(random() * 1_000_000) } = options;
  const sentences: string[] = [];
  for (let count = 0; count < wordCount; ) {
    const length = sentenceWords.least + Math.floor(random() * (sentenceWords.most - sentenceWords.least));
    const words = Array.from({ length: Math.min(length, wordCount - count) }, (_, at) => {
      if ((count + at) % subjectEvery === 0)
        return capitalize(`${makeWord(subject * 12 + Math.floor(random() * 12))}n`);
      // Zipf: the n-th word of a language is met about 1/n as often as the first.
      return makeWord(Math.floor(vocabularySize ** random()));
    });
    count += words.length;
    sentences.push(`${capitalize(words.join(' '))}.`);
  }
  return sentences.join(' ');
}

/** The text with every `every`-th word swapped; the same word always becomes the same other one. */
export function swapWords(text: string, every: number): string {
  return text.replace(/\p{L}+/gu, (word) => (hashOf(word) % every === 0 ? `${word}sk` : word));
}

function hashOf(word: string): number {
  return [...word].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
