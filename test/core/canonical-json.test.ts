import { expect, test } from 'vitest';
import { canonicalJson } from '#src/core/canonical-json.ts';

test.each([
  [{ b: 1, a: [{ d: 2, c: 3 }] }, '{"a":[{"c":3,"d":2}],"b":1}'],
  [['b', 'a'], '["b","a"]'],
  [{ a: undefined, b: null }, '{"b":null}'],
  ['text', '"text"'],
])('canonicalJson writes %j with sorted keys and lists as they stand', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
