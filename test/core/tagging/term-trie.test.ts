import { describe, expect, it } from 'vitest';
import { parseTerm, TermIndex } from '#src/core/tagging/term-trie.ts';
import { listWords } from '#src/core/text/tokens.ts';

function find(term: string, text: string): readonly string[] {
  const parsed = parseTerm(term);
  if (typeof parsed === 'string') throw new Error(parsed);
  const words = listWords(text);
  const sentenceOf = Int32Array.from(words.starts, (start) => text.slice(0, start).split('.').length);
  const found: string[] = [];
  new TermIndex([parsed]).find({ words, sentenceOf }, (_term, first, last) =>
    found.push(text.slice(words.starts[first], words.ends[last])),
  );
  return found;
}

describe('a term', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      'matches regular English forms of a plain word',
      'train',
      'They trained; training trains a train',
      ['trained', 'training', 'trains', 'train'],
    ],
    ['does not match a longer word', 'train', 'a trainer restrained', []],
    ['doubles the last letter of short verbs', 'ban', 'banned, banning, banner', ['banned', 'banning']],
    ['matches every word with a prefix', 'distil*', 'distilled distillation instil', ['distilled', 'distillation']],
    ['matches one spelling only after =', '=RL', 'RL rl RLs', ['RL']],
    ['matches a phrase in its order', 'terms of use', 'terms of use, use of terms', ['terms of use']],
    [
      'allows a gap only where it is written',
      'used ~2 train',
      'used it to train. used all of it to train',
      ['used it to train'],
    ],
    [
      'matches either alternative',
      'sued|fined heavily',
      'sued heavily, fined heavily, hit heavily',
      ['sued heavily', 'fined heavily'],
    ],
    ['takes alternatives of several Han characters', '训练|开发 模型', '开发模型和训练模型', ['开发模型', '训练模型']],
    ['never crosses a sentence end', 'grey area', 'It was grey. Area maps differ', []],
  ];
  it.each(cases)('%s', (_name, term, text, found) => {
    expect(find(term, text)).toEqual(found);
  });

  const mistakes: readonly (readonly [string, string])[] = [
    ['...', 'no word'],
    ['a ~99 b', 'over ~8'],
    [Array.from({ length: 4 }, () => 'a|b|c|d|e').join(' '), 'over 400'],
  ];
  it.each(mistakes)('%s is refused with a reason', (term, reason) => {
    expect(parseTerm(term)).toContain(reason);
  });
});
