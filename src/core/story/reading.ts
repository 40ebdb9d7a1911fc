import { type ShingledText, sampleShingles, shingleText } from './shingles.ts';
import { listStoryWords, type StoryWord } from './words.ts';

/** Words of an article that say what it is about; the rest is background. Reading more than this changed no figure by .005. */
const topicWordsMax = 400;
/** Headline and first sentences name the event. */
const leadWordsMax = 60;
/** A word of the headline counts like one that stands so often in the text. */
const titleTimes = 2;

/** How often a word stands in an article, and how it is written there. */
export type WordUse = { readonly count: number; readonly isName: boolean; readonly isLead: boolean };

/** An article read once for everything that stories need. `sample` is what the index of copies holds. */
export type StoryReading = {
  readonly text: ShingledText;
  readonly sample: readonly number[];
  readonly uses: ReadonlyMap<string, WordUse>;
};

/** Reads an article. Copies are told by the text alone: headlines are often changed, and short ones are often alike. */
export function readForStory(article: { readonly title: string; readonly text: string }): StoryReading {
  const titleWords = listStoryWords(article.title);
  const textWords = listStoryWords(article.text);
  const text = shingleText(textWords.map(({ form }) => form));
  return { text, sample: sampleShingles(text), uses: countUses(titleWords, textWords) };
}

function countUses(title: readonly StoryWord[], text: readonly StoryWord[]): ReadonlyMap<string, WordUse> {
  const counts = new Map<string, { count: number; nameCount: number; isLead: boolean }>();
  const counted = [...Array.from({ length: titleTimes }, () => title).flat(), ...text.slice(0, topicWordsMax)];
  const leadEnd = titleTimes * title.length + leadWordsMax;
  for (const [at, { form, isName }] of counted.entries()) {
    // Single letters and digits are no subjects; a single Han character is a word.
    if (form.length < 2 && !/\p{Script=Han}/u.test(form)) continue;
    const use = counts.get(form) ?? { count: 0, nameCount: 0, isLead: false };
    use.count += 1;
    use.nameCount += isName ? 1 : 0;
    use.isLead ||= at < leadEnd;
    counts.set(form, use);
  }
  const uses = [...counts].map(
    ([form, { count, nameCount, isLead }]) => [form, { count, isName: nameCount * 2 > count, isLead }] as const,
  );
  return new Map(uses);
}
