import { expect, test } from 'vitest';
import { isOtherDocument, saysTheSame, settleWords } from '#src/core/watch/version-change.ts';

const title = 'Plant cost five million';
const text =
  'The plant “cost” $5 million — so the owner says.\n\nThe council doubts it and wants to see the books of the plant.';

function check(changed: string, isSame: boolean): void {
  expect(saysTheSame({ title, text }, { title, text: changed }), changed).toBe(isSame);
}

test('saysTheSame passes over typographic marks and white space', () => {
  check(
    'The plant "cost" $5 million - so the owner says.\n\nThe council doubts it and wants to see the books of the plant.',
    true,
  );
  check(text.replaceAll(' ', '\u00a0'), true);
  check(text.replace('council', 'coun\u00adcil'), true);
  check(text.replaceAll('\n\n', '\n'), true);
  expect(settleWords('  It’s … 2019–2021 ')).toBe("It's ... 2019-2021");
});

test.each([
  'Updated 30 January 2025, 14:05 GMT',
  'Last updated: Thu, Jan 30, 2025 at 9:14 a.m. ET',
  'Aktualisiert am 30. Januar 2025 um 14:05 Uhr',
  '2025-01-30',
  '2025年1月30日',
  '3 hours ago',
  '12 comments',
  'Comments (12)',
  '1.2K shares',
  '4 min read',
  'Read next: The lake is green again',
  'Related stories',
  'More on this story: five charts',
  'Advertisement',
  'Article continues below this advertisement',
])('saysTheSame passes over the line "%s"', (line) => {
  check(`${line}\n\n${text}`, true);
  check(`${text}\n\n${line}`, true);
});

test.each([
  'The plant was opened on 30 January 2025.',
  'Correction, 30 January 2025: the plant cost $6 million.',
  'Updated on 30 January 2025 to say that the council agreed.',
  '12 comments were sent to the council.',
  'Advertisements for the plant were taken down.',
  'Related firms paid the bill.',
  'Filed 30 January 2025',
  '6 million',
])('saysTheSame sees the new line "%s"', (line) => check(`${text}\n\n${line}`, false));

test('saysTheSame sees a changed number, word and headline', () => {
  check(text.replace('$5', '$6'), false);
  check(text.replace('doubts it', 'does not doubt it'), false);
  expect(saysTheSame({ title, text }, { title: 'Plant cost six million', text })).toBe(false);
  expect(saysTheSame({ title: 'It’s “over”', text }, { title: 'It\'s "over"', text })).toBe(true);
});

test('isOtherDocument tells a page that has nothing of the old one from an edited one', () => {
  const other = {
    title: 'Harbour Ledger',
    text: 'Latest news from the harbour and from all the towns around the lake.',
  };
  expect(isOtherDocument({ title, text }, other)).toBe(true);
  expect(isOtherDocument({ title, text }, { title, text: 'This story was withdrawn.' })).toBe(false);
  expect(
    isOtherDocument(
      { title, text },
      { title: 'What we know', text: `New. ${text.split('\n')[2]}\n${text.split('\n')[2]}` },
    ),
  ).toBe(false);
});
