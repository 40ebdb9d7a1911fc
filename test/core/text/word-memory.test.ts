import { expect, test } from 'vitest';
import { listWords } from '#src/core/text/tokens.ts';
import { addToHash, HASH_START, type SpelledWord, WordMemory } from '#src/core/text/word-memory.ts';

/** A word inside a text, as a reader of the text would ask for it. */
function place(word: string): SpelledWord {
  const hash = Array.from({ length: word.length }, (_, at) => word.charCodeAt(at)).reduce(addToHash, HASH_START);
  return { text: `(${word})`, start: 1, end: 1 + word.length, hash };
}

/** A memory that answers with the spelling, and the spellings that it had to find out. */
function openMemory(): { readonly memory: WordMemory<string>; readonly asked: readonly string[] } {
  const asked: string[] = [];
  const findOut = (spelling: string) => {
    asked.push(spelling);
    return spelling;
  };
  return { memory: new WordMemory(findOut), asked };
}

test('WordMemory keeps words of any spelling apart and asks once for each', () => {
  const { memory, asked } = openMemory();
  const words = ['a', 'A', 'aa', '\0a', '\0', 'été', 'the', 'The', 'theme', 'a'.repeat(32), '训练'];
  for (const word of [...words, ...words]) expect(memory.read(place(word))).toBe(word);
  expect(asked).toEqual(words);
});

test('WordMemory tells words apart whose hashes are equal', () => {
  const { memory, asked } = openMemory();
  const [one, other] = [place('one'), { ...place('other'), hash: place('one').hash }];
  for (const word of [one, other, one, other]) memory.read(word);
  expect([memory.read(one), memory.read(other), ...asked]).toEqual(['one', 'other', 'one', 'other']);
});

test('WordMemory does not hold on to long pieces of a text', () => {
  const { memory, asked } = openMemory();
  const long = place('a'.repeat(33));
  expect([memory.read(long), memory.read(long)]).toEqual(asked);
  expect(asked).toHaveLength(2);
});

test('WordMemory stays small whatever it is given, and right', () => {
  const { memory, asked } = openMemory();
  const words = Array.from({ length: 60_000 }, (_, number) => `word${number}`);
  expect(words.filter((word) => memory.read(place(word)) !== word)).toEqual([]);
  expect(memory.read(place('word59999'))).toBe('word59999');
  expect(asked).toHaveLength(60_000);
  memory.read(place('word0'));
  expect(asked).toHaveLength(60_001);
});

test('listWords hashes words as the memory is asked for them', () => {
  const text = 'Plain étude 训';
  const { starts, ends, hashes } = listWords(text);
  expect([...hashes]).toEqual(Array.from(starts, (start, word) => place(text.slice(start, ends[word])).hash));
});
