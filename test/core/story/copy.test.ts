import { expect, test } from 'vitest';
import { compareTexts, type Likeness } from '#src/core/story/copy.ts';
import { readForStory } from '#src/core/story/reading.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';

const random = seededRandom(11);
const original = makeProse(random, { wordCount: 400, subject: 1 });
const words = original.split(' ');
const head = 'Home World Business Opinion Video Sign in';
const foot = makeProse(random, { wordCount: 60 });

const chinese =
  '微软公司的安全研究人员去年秋天发现，有人通过一个接口大量取走数据，并把此事告诉了合作伙伴。公司发言人周三表示，调查仍在进行，目前没有更多消息可以公布。' +
  '一位不愿透露姓名的工程师说，这些账户在几个小时之内发出了数百万次请求，随后全部被关闭。专家认为，即使事实得到确认，要在法庭上证明损失也很困难，因为服务条款从未在国外受到检验。';
const otherChinese =
  '北方港口城市的渔民本周抗议新的捕捞限额。市长邀请代表到市政厅谈话，但是双方没有取得一致。码头上的商店关了门，许多家庭担心冬天没有收入，学校也因此推迟了秋游。' +
  '海洋研究所的报告指出，近海的鱼群在十年里减少了一半，如果不加以保护，恢复需要更长的时间。渔民代表回应说，这些数字来自不同的季节，不能互相比较，他们要求重新计算。';

function check(a: string, b: string, sites: readonly [string, string] = ['a.example', 'b.example']): Likeness {
  const compare = (left: readonly [string, string], right: readonly [string, string]): Likeness => {
    const [one, other] = [left, right].map(([site, text]) => ({ site, text: readForStory({ title: '', text }).text }));
    if (one === undefined || other === undefined) throw new Error('two texts are compared');
    return compareTexts(one, other);
  };
  const there = compare([sites[0], a], [sites[1], b]);
  expect(compare([sites[1], b], [sites[0], a]).kind).toBe(there.kind);
  return there;
}

test.each([
  ['the same text', original],
  ['a text with furniture', `${head}\n${original}\n${foot}`],
  ['its first 60 %', words.slice(0, 240).join(' ')],
  ['its first 90 words', words.slice(0, 90).join(' ')],
  ['a sentence left out and one put in', `${words.slice(0, 150).join(' ')} ${foot} ${words.slice(180).join(' ')}`],
  ['a word here and there changed', words.map((word, at) => (at % 33 === 5 ? `new${word}` : word)).join(' ')],
])('%s is a copy', (_name, text) => {
  expect(check(original, text)).toMatchObject({ kind: 'copy' });
});

test('words swapped all over the text are a spun copy, also with a link put in', () => {
  const spun = swapWords(original, 5);
  expect(check(original, spun)).toMatchObject({ kind: 'spun' });
  expect(check(original, `${spun.slice(0, 700)} cheap watches online sale ${spun.slice(700)}`)).toMatchObject({
    kind: 'spun',
  });
});

test('other texts are no copies: other events, own reports of one event, a shared passage', () => {
  expect(check(original, makeProse(random, { wordCount: 400, subject: 2 })).kind).toBe('none');
  expect(check(original, makeProse(random, { wordCount: 400, subject: 1 })).kind).toBe('none');
  const quoting = `${makeProse(random, { wordCount: 300 })} ${words.slice(100, 150).join(' ')}`;
  expect(check(original, quoting).kind).toBe('none');
  expect(check('', '').kind).toBe('none');
  expect(check('The same headline everywhere', 'The same headline everywhere').kind).toBe('none');
});

test('the furniture of a site makes no copies of its short articles', () => {
  const dress = (text: string): string => `${head}\n${text}\n${foot}`;
  const one = dress(makeProse(random, { wordCount: 60 }));
  const other = dress(makeProse(random, { wordCount: 60 }));
  expect(check(one, other, ['a.example', 'a.example']).kind).toBe('none');
  expect(check(dress(original), dress(words.slice(0, 300).join(' ')), ['a.example', 'a.example']).kind).toBe('copy');
});

test('a text that is only slightly longer at the same site is a copy', () => {
  const last = makeProse(random, { wordCount: 30 });
  expect(check(`${original} ${last}`, `${original} ${foot}`, ['a.example', 'a.example']).kind).toBe('copy');
});

test('Chinese is read in words: a copy is found, another text is none', () => {
  expect(check(chinese, `据报道：${chinese.replace('周三', '星期三')}`)).toMatchObject({ kind: 'copy' });
  expect(check(chinese, otherChinese)).toMatchObject({ kind: 'none' });
});
