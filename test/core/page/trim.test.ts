import { expect, test } from 'vitest';
import type { TextBlock } from '#src/core/page/text.ts';
import { findCorrections, trimBlocks } from '#src/core/page/trim.ts';

const CONTEXT = { title: 'The mill is sold', byline: 'Ida Moss', keepsLinks: false };

function block(text: string, part: Partial<TextBlock> = {}): TextBlock {
  return { text, tag: 'p', links: [], linkLength: 0, isLine: false, isSource: false, ...part };
}

function check(before: readonly TextBlock[]): readonly string[] {
  return trimBlocks(before, CONTEXT).map(({ text }) => text);
}

const BODY = [
  'The council met on Friday.',
  'It will buy the old mill.',
  'The price was not named.',
  'Work begins in May.',
];
const body = BODY.map((text) => block(text));

test.each([
  ['the title', 'The mill is sold'],
  ['a byline', 'By Ida Moss'],
  ['a date line', 'Updated 4 May 2024, 10:30'],
  ['an age', '3 hours ago'],
])('trimBlocks leaves out %s at the head', (_, text) => {
  expect(check([block(text), ...body])).toEqual(BODY);
});

test.each([
  ['a call to follow', 'Follow us on Social for more'],
  ['a newsletter', 'Sign up for our morning briefing'],
  ['what a form says when it was sent', 'Thanks for signing up! Look for a mail from us.'],
  ['a note on the author', 'Ida Moss is a reporter for the Old Harbour Weekly.'],
  ['a date', 'First published on 21 January 2025'],
  ['an address', 'She can be reached at ida@paper.example'],
  ['a pointer in another language', 'Leia também: a ponte nova'],
])('trimBlocks leaves out %s at the end', (_, text) => {
  expect(check([...body, block(text)])).toEqual(BODY);
});

test('trimBlocks leaves out headings without text, labels and linked pointers', () => {
  const pointer = block('Read more: Ferry strike goes on', { linkLength: 21 });
  const blocks = [
    ...body.slice(0, 2),
    block('Advertisement'),
    pointer,
    ...body.slice(2),
    block('Comments', { tag: 'h2' }),
  ];
  expect(check(blocks)).toEqual(BODY);
});

test.each([
  ['a sentence about subscribing', 'Subscribers of the mill paid in flour, the clerk said.'],
  ['where a text first appeared', 'This story was originally published by the Old Harbour Weekly.'],
  ['a sentence with a date', 'Published in May 2025, the report was read by few before the council met on it.'],
  ['a sentence on the author', 'Ida Moss, the lawyer in the case, agreed.'],
])('trimBlocks keeps %s', (_, text) => {
  expect(check([...body, block(text), ...body])).toContain(text);
});

test.each([
  ['Correction: An earlier version of this article gave the wrong price.', true],
  ['This article has been updated to include a statement by the council.', true],
  ['更正：本文此前版本中关于训练费用的数字有误，现已根据实验室公布的报告改正，特此向读者致歉，敬请谅解。', true],
  ['Updated 4 May 2024', false],
  ['The council updated its rules after the article in the weekly appeared.', false],
])('findCorrections reads %s', (text, isCorrection) => {
  expect(findCorrections([block(text)])).toEqual(isCorrection ? [text] : []);
});
