import { expect, test } from 'vitest';
import { findContext } from '#src/core/display/context.ts';

const text = 'Far away. The lake is dead. Riverton poisoned it. Mr. Hale left. So did others.\nA new part.';

test.each([
  ['Riverton poisoned it.', 'The lake is dead.', 'Mr. Hale left.'],
  ['Far away.', '', 'The lake is dead.'],
  ['So did others.', 'Mr. Hale left.', ''],
  ['A new part.', '', ''],
])('findContext gives the sentences around %j and stays in its paragraph', (quote, before, after) => {
  const start = text.indexOf(quote);
  expect(findContext(text, { start, end: start + quote.length })).toEqual({ before, after });
});

test('findContext looks a little way only, however long a sentence is', () => {
  const long = `${'word '.repeat(100_000)}. Here. ${'word '.repeat(100_000)}`;
  const start = long.indexOf('Here.');
  const { before, after } = findContext(long, { start, end: start + 5 });
  expect(before.length).toBeLessThan(700);
  expect(after.length).toBeLessThan(700);
});
