import { expect, test } from 'vitest';
import { groupCalls } from '#src/core/group-calls.ts';

/** A function that doubles numbers when it is let go on, and the groups it was called with. */
function makeDoubling(groupMax: number) {
  const groups: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const double = groupCalls(async (inputs: readonly number[]) => {
    groups.push(inputs);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (inputs.includes(13)) throw new Error('unlucky');
    return inputs.map((input) => input * 2);
  }, groupMax);
  const goOn = async (): Promise<void> => {
    gates.shift()?.();
    // The next group starts some microtasks after the last one has ended.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { double, goOn, groups };
}

test('groupCalls runs a lone call at once and those that come meanwhile together, each with its own answer', async () => {
  const { double, goOn, groups } = makeDoubling(3);
  const answers = Promise.all([1, 2, 3, 4, 5].map(double));
  expect(groups).toEqual([[1]]);
  await goOn();
  expect(groups).toEqual([[1], [2, 3, 4]]);
  await goOn();
  await goOn();
  expect(await answers).toEqual([2, 4, 6, 8, 10]);
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  const later = double(6);
  expect(groups.at(-1)).toEqual([6]);
  await goOn();
  expect(await later).toBe(12);
});

test('groupCalls runs the calls of a group that failed again alone, and only the one at fault rejects', async () => {
  const { double, goOn, groups } = makeDoubling(10);
  const settled = Promise.allSettled([1, 12, 13, 14].map(double));
  for (let step = 0; step < 5; step += 1) await goOn();
  expect((await settled).map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    2,
    24,
    'failed',
    28,
  ]);
  expect(groups).toEqual([[1], [12, 13, 14], [12], [13], [14]]);
});
