import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cutSearchWords,
  cutSoughtWords,
  findSought,
  writePhraseQuery,
  writeSearchVector,
} from '#src/core/search/words.ts';

/** The parts of a text that a phrase finds. */
function find(text: string, phrase: string): readonly string[] {
  return findSought(cutSearchWords(text), cutSoughtWords(phrase)).map(({ start, end }) => text.slice(start, end));
}

test.each([
  ['The ÉLAN of São Paulo', 'elan', ['ÉLAN']],
  ['The ÉLAN of São Paulo', 'sao paulo', ['São Paulo']],
  ['a cost of $5.6 million, or 5.6 millions', '5.6 million', ['5.6 million']],
  ['the training cost, the cost of training', 'training cost', ['training cost']],
  ['桥梁维修成本之谜，维修', '维修', ['维修', '维修']],
  ['桥梁維修成本', '维修成本', ['維修成本']],
  ['桥梁维修成本之谜', '谜', ['谜']],
  ['桥梁维修成本之谜', '维', ['维']],
  ['仅约560万美元', '560万', ['560万']],
  ['仅约560万美元', '560万美元', ['560万美元']],
  ['다리는 항구가 고쳤다', '항구', ['항구']],
  ['สะพานข้ามแม่น้ำ', 'ข้าม', ['ข้าม']],
])('in %j the words %j are found at %j', (text, phrase, hits) => {
  expect(find(text, phrase)).toEqual(hits);
});

test.each([
  ['the costs', 'cost'],
  ['桥梁 维修', '梁维'],
  ['训练，成本', '练成'],
  ['the training. A cost', 'cost training'],
])('in %j the words %j are not found', (text, phrase) => {
  expect(find(text, phrase)).toEqual([]);
});

test('writePhraseQuery writes words side by side, and nothing for what has no word', () => {
  expect(writePhraseQuery('5.6 million')).toBe("'5' <-> '6' <-> 'million'");
  expect(writePhraseQuery('谜')).toBe("'谜':*");
  expect(writePhraseQuery('& "" ()')).toBe('');
});

test('writeSearchVector keeps headline and text apart and every place of a word', () => {
  expect(writeSearchVector('Bridge cost', 'cost of it, cost')).toBe("'bridge':1 'cost':2,13,16 'of':14 'it':15");
  expect(writeSearchVector('', 'a '.repeat(60_000)).split(',')).toHaveLength(16_373);
  expect(Buffer.byteLength(writeSearchVector('', '桥梁维修成本之谜'.repeat(40_000)))).toBeLessThan(1_000_000);
});

test('every phrase of a text is found in it where it stands', () => {
  const letters = fc.constantFrom('a', 'É', ' ', '.', '深', '度', '한', 'ก', 'ß', '7', "'", '-', '़', 'が');
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 30 }), (text) => {
      for (const { start, end } of findSought(cutSearchWords(text), cutSoughtWords(text)))
        expect(text.slice(start, end).length).toBeGreaterThan(0);
      const words = cutSearchWords(text);
      for (const word of words) expect(word.start).toBeLessThan(word.end);
      if (cutSoughtWords(text).length > 0) expect(find(text, text)).toHaveLength(1);
    }),
  );
});
