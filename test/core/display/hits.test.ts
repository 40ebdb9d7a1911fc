import { expect, test } from 'vitest';
import { excerpt, markHits } from '#src/core/display/hits.ts';

const text = `${'Before it all there was talk. '.repeat(5)}The training cost was low (5.6m), they say. ${'After that came more. '.repeat(20)}`;

test('excerpt starts near the first hit and marks every hit in it', () => {
  const parts = excerpt(text, ['training cost', '(5.6m)']);
  const shown = parts.map((part) => (part.isHit ? `[${part.text}]` : part.text)).join('');
  expect(shown).toMatch(/^… .{20,70}The \[training cost\] was low \(\[5\.6m\]\), they say\..* …$/);
  expect(shown.length).toBeLessThan(280);
});

test('excerpt starts at the beginning without a hit', () => {
  expect(excerpt('Short text.', ['absent'])).toEqual([{ text: 'Short text.', isHit: false }]);
  expect(excerpt(text, [])[0]?.text.startsWith('Before it all')).toBe(true);
});

test('excerpt reads text without spaces', () => {
  const parts = excerpt(`${'深度求索'.repeat(60)}成本很低${'深度求索'.repeat(60)}`, ['成本']);
  expect(parts.filter((part) => part.isHit)).toEqual([{ text: '成本', isHit: true }]);
});

test.each([
  ['The Élan of São Paulo', ['elan', 'sao paulo'], 'The [Élan] of [São Paulo]'],
  ['a cost, the training cost', ['cost', 'training cost'], 'a [cost], the [training cost]'],
  ['桥梁维修成本', ['维修', '修成本'], '桥梁[维修]成本'],
  ['nothing here', ['absent'], 'nothing here'],
])('markHits marks %j for %j', (line, phrases, shown) => {
  const parts = markHits(line, phrases);
  expect(parts.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('')).toBe(shown);
  expect(parts.map((part) => part.text).join('')).toBe(line);
});
