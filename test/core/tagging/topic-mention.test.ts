import { expect, test } from 'vitest';
import { tagText } from '#src/core/tagging/tagging.ts';
import { topicMention } from '#src/core/tagging/topic-mention.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const rules = compileRiverLedger();

test.each([
  ['a topic in the title', 'Riverton Water and the lake', 'Notes.', true],
  ['a topic in the text', 'Notes', 'The council heard Riverton Water on Monday.', true],
  ['an ambiguous word beside what tells its sense', 'Notes', 'The spill reached the lake.', true],
  ['an ambiguous word alone', 'Notes', 'The spill was wiped up.', false],
  ['an ambiguous word in another sense', 'Notes', 'A coffee spill ran into the lake of papers.', false],
  ['a term that a sentence end parts', 'Notes', 'They came from Riverton. Water was short.', false],
  ['a description without its name', 'Notes', 'The water company was asked.', false],
  ['other words', 'Notes from the harbour', 'The ferry is late.', false],
  ['a topic in capitals', 'RIVERTON WATER', 'Notes.', true],
  ['a topic in full-width letters', 'Ｒｉｖｅｒｔｏｎ Water', 'Notes.', true],
  ['a topic with a soft hyphen inside', 'Notes', 'The council heard River\u00adton Water on Monday.', true],
  ['a topic behind an underscore and a curly quote', 'Notes_Riverton Water', 'They said “no”.', true],
  ['a word that only ends like a topic', 'Notes', 'The Overspill reached the lake.', false],
  ['no words', '', '', false],
])('topicMention judges %s as tagText does', (_, title, text, expected) => {
  expect(topicMention(rules)({ title, text })).toBe(expected);
  expect(tagText(rules, { title, text, lang: null }).kept).toBe(expected);
});
