import { describe, expect, it } from 'vitest';
import { tagText } from '#src/core/tagging/tagging.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const ledger = compileRiverLedger();

describe('the stance of a sentence', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Riverton Water poisoned the lake.', ['supports']],
    ['The council said that Riverton Water poisoned the lake.', ['reports']],
    ['Riverton Water poisoned the lake, the council said.', ['reports']],
    ['According to two farmers, Riverton Water poisoned the lake.', ['reports']],
    ['Riverton Water allegedly poisoned the lake.', ['reports']],
    ['"Riverton Water poisoned the lake and knew it," read the banner.', ['reports']],
    ['There is debate about whether Riverton Water poisoned the lake.', ['reports']],
    ['The mayor said it was late. Riverton Water poisoned the lake.', ['supports']],
    ['We believe Riverton Water poisoned the lake.', ['supports']],
    ['Riverton Water denied that it had poisoned the lake.', ['disputes']],
    ['Riverton Water did not poison the lake.', ['disputes']],
    ['Riverton Water not only poisoned the lake, it lied.', ['supports']],
    ['It is false that Riverton Water poisoned the lake.', ['disputes']],
    ['The council groundlessly claims that Riverton Water poisoned the lake.', ['reports', 'disputes']],
    ['People say that Riverton Water poisoned the lake. It did not.', ['reports', 'disputes']],
    ['Riverton Water poisoned the lake. That is not a reason to swim elsewhere.', ['supports']],
    ['Riverton Water poisoned the lake, but the mayor denied a delay.', ['supports']],
    ['The council found no evidence that Riverton Water poisoned the lake.', ['disputes']],
    ['Riverton Water poisoned the lake. The council disputes this account.', ['supports', 'disputes']],
    ['Riverton Water poisoned the lake. That claim has been met with skepticism.', ['supports', 'disputes']],
    ['Riverton Water poisoned the lake. The council disputes its taxes.', ['supports']],
    ['The mayor noted that while it rained, Riverton Water poisoned the lake.', ['reports']],
    ['Myth 2: Riverton Water poisoned the lake.', ['reports', 'disputes']],
    ['Misconception: Riverton Water poisoned the lake', ['reports', 'disputes']],
    ['Fact 2: Riverton Water poisoned the lake.', ['supports']],
    ['Note that Riverton Water poisoned the lake.', ['supports']],
    ['Men believed to be employees of Riverton Water poisoned the lake.', ['supports']],
    ['Riverton Water poisoned the lake, and it reportedly sells boats.', ['supports']],
    ['Riverton Water poisoned the lake, reportedly.', ['reports']],
    ['Riverton Water, which touts its filters, recently poisoned the lake.', ['supports']],
    ['Riverton Water is so careless, it poisoned the lake and made a boy ask, "Why not us?"', ['supports']],
    ['A boy asked, "Did Riverton Water poison the lake?"', []],
    ['The engineer, who says it claims to know, thinks that Riverton Water poisoned the lake.', ['reports']],
    ['The council raised concerns that Riverton Water poisoned the lake.', ['reports']],
    ['Riverton Water is believed to have poisoned the lake.', ['reports']],
  ];
  it.each(cases)('%s', (text, stances) => {
    const { taggings } = tagText(ledger, { title: '', text, lang: 'en' });
    expect(
      taggings.filter(({ claim, status }) => claim === 'poisoned' && status === 'tag').map(({ stance }) => stance),
    ).toEqual(stances);
  });

  it('shows a dispute of the next sentence there', () => {
    const { taggings } = tagText(ledger, {
      title: '',
      text: 'Riverton Water poisoned the lake, some say. It did not.',
      lang: 'en',
    });
    expect(taggings[1]?.evidence[0]?.quote).toBe('It did not.');
  });
});

describe('the speaker of a report', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['A council spokesman said Riverton Water poisoned the lake.', 'A council spokesman'],
    ['Riverton Water poisoned the lake, said Ada Moor, a farmer.', 'Ada Moor'],
    ['According to two farmers, Riverton Water poisoned the lake.', 'two farmers'],
    ['On Monday the mayor has said that Riverton Water poisoned the lake.', 'the mayor'],
    ['Riverton Water reportedly poisoned the lake.', null],
    ['"It rained. Riverton Water poisoned the lake. We all knew it," said Ada Moor.', 'Ada Moor'],
    ['"It rained," said Ada Moor. "Riverton Water poisoned the lake."', 'Ada Moor'],
    ['Ada Moor, a farmer, said,\n"Riverton Water poisoned the lake."', 'Ada Moor'],
    ['Ada Moor said it had rained.\n"Riverton Water poisoned the lake," read the banner.', null],
  ];
  it.each(cases)('%s', (text, speaker) => {
    const [tagging] = tagText(ledger, { title: '', text, lang: 'en' }).taggings;
    expect(tagging?.stance).toBe('reports');
    expect(tagging?.speaker).toBe(speaker);
  });
});
