/** A text as its shingles: every three words in a row, as one number. Copies share them, whatever was added, cut or swapped. */

/** Words of a shingle. Two in a row are shared by chance; five are lost with every swapped word. */
export const shingleWords = 3;
/**
 * One shingle in so many stands in the index by which copies are found. With 8 a copy of 90 words shares 11 of them on average; with
 * 16 two of 300 such copies were not found.
 */
const sampledOneIn = 8;
/** Most shingles of one text in the index: a text of 2,000 words has 250. */
const sampleMax = 400;

/** A text ready to be compared. `firstAt` gives the first position of each different shingle. */
export type ShingledText = {
  readonly words: readonly string[];
  readonly shingles: readonly number[];
  readonly firstAt: ReadonlyMap<number, number>;
};

/** Shingles as signed numbers of 32 bits. Texts of fewer than three words have none. */
export function shingleText(words: readonly string[]): ShingledText {
  const hashes = words.map(hashWord);
  const shingles: number[] = [];
  const firstAt = new Map<number, number>();
  for (let at = 0; at + shingleWords <= hashes.length; at += 1) {
    const shingle = hashes.slice(at, at + shingleWords).reduce((sum, hash) => Math.imul(sum, 31) + hash, 0);
    shingles.push(scatter(shingle));
  }
  shingles.forEach((shingle, at) => {
    if (!firstAt.has(shingle)) firstAt.set(shingle, at);
  });
  return { words, shingles, firstAt };
}

/** The shingles by which a text is found, chosen by their value alone, so that two texts choose alike. */
export function sampleShingles(text: ShingledText): readonly number[] {
  const sample = [...text.firstAt.keys()].filter((shingle) => (shingle >>> 0) % sampledOneIn === 0);
  return sample.sort((a, b) => (a >>> 0) - (b >>> 0)).slice(0, sampleMax);
}

/** FNV-1a over UTF-16 units. */
function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash;
}

/** The last steps of MurmurHash3: every bit of the sum moves every bit of the number. */
function scatter(sum: number): number {
  let mixed = sum ^ (sum >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
