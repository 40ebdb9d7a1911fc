import { expect, test } from 'vitest';
import { WordMemory } from '#src/core/word-memory.ts';

test('WordMemory keeps words of any spelling apart', () => {
  const memory = new WordMemory<string>();
  const words = ['a', 'A', 'aa', '\0a', '\0', 'été', 'the', 'The', 'theme', 'a'.repeat(12)];
  for (const word of words) memory.keep(word, word);
  expect(words.map((word) => memory.find(word))).toEqual(words);
  expect(memory.find('b')).toBeUndefined();
});

test('WordMemory does not hold on to long pieces of a text', () => {
  const memory = new WordMemory<number>();
  expect(memory.keep('a'.repeat(13), 1)).toBe(1);
  expect(memory.find('a'.repeat(13))).toBeUndefined();
});

test('WordMemory stays small whatever it is given', () => {
  const memory = new WordMemory<number>();
  for (let number = 0; number <= 50_000; number++) memory.keep(`word${number}`, number);
  expect(memory.find('word0')).toBeUndefined();
  expect(memory.keep('again', 7)).toBe(7);
  expect(memory.find('again')).toBe(7);
});
