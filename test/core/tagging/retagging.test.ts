import { expect, test } from 'vitest';
import {
  type FoundTagging,
  listRetagChanges,
  planRetagging,
  type RetagChange,
  type StoredTagging,
} from '#src/core/tagging/retagging.ts';

type Words = {
  readonly claim?: string;
  readonly stance?: StoredTagging['stance'];
  readonly status?: StoredTagging['status'];
  readonly start?: number;
  readonly answer?: StoredTagging['answer'];
};

function partsOf({ claim = 'cost', stance = 'reports', status = 'tag', start = 0 }: Words) {
  const evidence = [{ field: 'text' as const, start, end: start + 5, quote: `words ${start}` }];
  return { claim, stance, status, evidence };
}

function stored(words: Words, id = 1): StoredTagging {
  const parts = partsOf(words);
  return { ...parts, id, says: JSON.stringify(parts), answer: words.answer ?? null };
}

function found(words: Words): FoundTagging {
  const parts = partsOf(words);
  const explain = {
    way: '',
    matched: [],
    about: null,
    parts: { reference: 1, share: 1, spread: 0, title: 0, hypothetical: false },
    stance: [],
    missing: [],
  };
  return {
    tagging: { ...parts, score: 1, speaker: null, quantities: [], explain },
    says: JSON.stringify(parts),
  };
}

const reject = { verdict: 'reject', stance: 'reports' } as const;
const confirm = { verdict: 'confirm', stance: 'reports' } as const;

/** What happens to a version that says `before` when rules find `after`. */
function check(before: readonly Words[], after: readonly Words[]) {
  const plan = planRetagging(
    before.map((words, index) => stored(words, index + 1)),
    after.map(found),
  );
  return {
    closing: plan.closing.map(({ id }) => id),
    adding: plan.adding.map(({ tagging }) => tagging.stance),
    kinds: listRetagChanges(plan).map(({ kind }) => kind),
  };
}

const nothing = { closing: [], adding: [], kinds: [] };

test.each<
  [
    string,
    readonly Words[],
    readonly Words[],
    {
      readonly closing: readonly number[];
      readonly adding: readonly string[];
      readonly kinds: readonly RetagChange['kind'][];
    },
  ]
>([
  ['the same words change nothing', [{}], [{}], nothing],
  ['a quote found newly is gained', [], [{}], { closing: [], adding: ['reports'], kinds: ['gained'] }],
  ['a quote found no more is lost', [{}], [], { closing: [1], adding: [], kinds: ['lost'] }],
  [
    'another stance is one change, not a loss and a gain',
    [{}],
    [{ stance: 'disputes' }],
    { closing: [1], adding: ['disputes'], kinds: ['stance'] },
  ],
  ['another sentence is told', [{}], [{ start: 40 }], { closing: [1], adding: ['reports'], kinds: ['quote'] }],
  [
    'a quote that waited and now counts is told',
    [{ status: 'candidate' }],
    [{}],
    { closing: [1], adding: ['reports'], kinds: ['counted'] },
  ],
  [
    'a quote that counted and now waits is told',
    [{}],
    [{ status: 'candidate' }],
    { closing: [1], adding: ['reports'], kinds: ['uncounted'] },
  ],
  [
    'what waits for review comes and goes without a word',
    [{ status: 'candidate' }],
    [{ claim: 'lake', status: 'candidate' }],
    { closing: [1], adding: ['reports'], kinds: [] },
  ],
  ['a rejected quote does not come back', [{ answer: reject }], [{}], nothing],
  ['nor under another stance', [{ answer: reject }], [{ stance: 'disputes' }], nothing],
  ['nor on other words with the same stance', [{ answer: reject }], [{ start: 40 }], nothing],
  [
    'other words with another stance are another matter',
    [{ answer: reject }],
    [{ stance: 'disputes', start: 40 }],
    { closing: [], adding: ['disputes'], kinds: ['gained'] },
  ],
  ['a confirmed quote stays though no rule finds it', [{ answer: confirm }], [], nothing],
  [
    'an answer about one claim says nothing about another',
    [{ answer: reject }],
    [{ claim: 'lake' }],
    { closing: [], adding: ['reports'], kinds: ['gained'] },
  ],
])('planRetagging: %s', (_, before, after, expected) => {
  expect(check(before, after)).toEqual(expected);
});
