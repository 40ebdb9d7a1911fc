import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagText } from '#src/core/tagging/tagging.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const ledger = compileRiverLedger();

function tag(text: string, title = '') {
  return tagText(ledger, { title, text, lang: 'en' });
}

function tags(text: string, title = ''): readonly string[] {
  const { taggings } = tag(text, title);
  return taggings.filter((tagging) => tagging.status === 'tag').map(({ claim, stance }) => `${claim} ${stance}`);
}

describe('tagText finds', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a claim in one sentence', 'Riverton Water poisoned the lake.', ['poisoned supports']],
    [
      'a subject described in another sentence',
      'Riverton Water is old. In May the water company polluted the lake.',
      ['poisoned supports'],
    ],
    ['a subject that is only "it"', 'Riverton Water opened in 1960. It contaminated the lake.', ['poisoned supports']],
    ['an amount with its words', 'The plant cost Riverton Water $5.1 million.', ['cost supports']],
    ['words in the order asked for', 'Northwell is faster than Riverton Water.', ['faster supports']],
    [
      'two claims in one sentence',
      'Riverton Water spent $5m and poisoned the lake.',
      ['poisoned supports', 'cost supports'],
    ],
    ['an accented or decomposed spelling', 'Rivérton Water polluted the lake.', ['poisoned supports']],
  ];
  it.each(cases)('%s', (_name, text, found) => {
    expect(tags(text)).toEqual(found);
  });

  it('a claim that stands only in the headline', () => {
    const { taggings } = tag('The case goes to court in May.', 'Riverton Water poisoned the lake');
    expect(taggings[0]?.evidence).toEqual([
      { field: 'title', start: 0, end: 32, quote: 'Riverton Water poisoned the lake' },
    ]);
  });

  it('the sentence of the text before the headline', () => {
    const { taggings } = tag(
      'Experts came. Riverton Water poisoned the lake, they found.',
      'Riverton Water poisoned the lake',
    );
    expect(taggings[0]?.evidence[0]).toMatchObject({ field: 'text', start: 14 });
  });
});

describe('tagText leaves alone', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a question', 'Did Riverton Water poison the lake?'],
    ['a claim about somebody else', 'Riverton Water is old. Northwell poisoned the lake.'],
    ['words that are sentences apart', 'Riverton Water has a lake. Later it was sold. Somebody poisoned a dog.'],
    ['another amount', 'The plant cost Riverton Water $9 million.'],
    ['the right amount of something else', 'Riverton Water gave $5 million to a school.'],
    ['the wrong order', 'Riverton Water is faster than Northwell.'],
    ['a description without the name', 'The water company poisoned the lake.'],
    ['a condition', 'If Riverton Water poisoned the lake it will have to pay.'],
  ];
  it.each(cases)('%s', (_name, text) => {
    expect(tags(text)).toEqual([]);
  });
});

describe('tagText judges topics', () => {
  const cases: readonly (readonly [
    string,
    string,
    string,
    { readonly kept: boolean; readonly relevant: boolean; readonly topics: readonly string[] },
  ])[] = [
    [
      'one aside is kept and not relevant',
      '',
      'Firms such as Riverton Water grew. Others did not.',
      { kept: true, relevant: false, topics: ['riverton'] },
    ],
    [
      'two sentences are substance',
      '',
      'Riverton Water grew. Riverton Water hired.',
      { kept: true, relevant: true, topics: ['riverton'] },
    ],
    [
      'a sentence whose subject stands for it is substance',
      '',
      'Riverton Water grew. It hired forty people.',
      { kept: true, relevant: true, topics: ['riverton'] },
    ],
    [
      'an "it" that stands for nothing is no substance',
      '',
      "Firms such as Riverton Water grew. It is not yet clear why. It isn't only luck.",
      { kept: true, relevant: false, topics: ['riverton'] },
    ],
    [
      'a headline is substance',
      'Riverton Water hires',
      'Forty people start in May.',
      { kept: true, relevant: true, topics: ['riverton'] },
    ],
    [
      'a claim in passing is substance',
      '',
      'Riverton Water polluted the lake. We sailed on.',
      { kept: true, relevant: true, topics: ['riverton'] },
    ],
    [
      'an ambiguous word needs its sense near',
      '',
      'A spill reached the lake.',
      { kept: true, relevant: false, topics: ['spill'] },
    ],
    ['another sense is not kept', '', 'A spill of coffee by the lake.', { kept: false, relevant: false, topics: [] }],
    ['the word alone is not kept', '', 'A spill in aisle four.', { kept: false, relevant: false, topics: [] }],
  ];
  it.each(cases)('%s', (_name, title, text, expected) => {
    expect(tag(text, title)).toMatchObject(expected);
  });
});

describe('a tagging', () => {
  it('keeps the amounts that met it and explains itself', () => {
    const [tagging] = tag('Riverton Water said the plant cost under $5 million.').taggings;
    expect(tagging?.quantities).toMatchObject([{ unit: 'USD', max: 5e6, modifier: 'under', field: 'text' }]);
    expect(tagging?.explain.matched.map((match) => match.words)).toContain('cost');
    expect(tagging?.explain.about).toMatchObject({ by: 'named', words: 'Riverton Water' });
    expect(JSON.parse(JSON.stringify(tagging?.explain))).toEqual(tagging?.explain);
  });

  it('records what a dispute sets against the figure', () => {
    const { taggings } = tag('Riverton Water says the plant cost $5 million. That leaves out $20 million for land.');
    expect(taggings.map(({ stance }) => stance)).toEqual(['reports', 'disputes']);
    expect(taggings[1]?.quantities).toMatchObject([{ value: 20e6 }]);
  });

  it('has evidence that is an exact slice of any text', () => {
    const words = fc.constantFrom(
      'Riverton Water',
      'poisoned',
      'the',
      'lake',
      '.',
      '\n',
      '“',
      '”',
      'ﬁ',
      '訓練',
      '😀',
      'said',
      '$5m',
      'cost',
      '\u00ad',
      '?',
      ',',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), fc.array(words, { maxLength: 10 }), (text, title) => {
        const article = { title: title.join(' '), text: text.join(' '), lang: null };
        const { taggings } = tagText(ledger, article);
        for (const item of taggings.flatMap((tagging) => tagging.evidence)) {
          expect(article[item.field].slice(item.start, item.end)).toBe(item.quote);
          expect(item.end).toBeGreaterThan(item.start);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('tagText keeps statements apart:', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['clauses joined by "while"', 'Riverton Water looks after the lake, while farmers poisoned a well.', []],
    ['a full stop without a space', 'The lake is fed by Riverton Water.Farmers poisoned it.', []],
    ['the clause of somebody else', 'Northwell said the plant cost $5 million, while Riverton Water paid less.', []],
    [
      'a pronoun of somebody named in its sentence',
      'Riverton Water grew. Northwell sold a plant after it poisoned the lake.',
      [],
    ],
    [
      'an item of a list with a label',
      'Riverton Water grew.\n\nOther News: It poisoned the lake, says a reader of the North Star.',
      [],
    ],
    ['an entry of a reference list', 'Riverton Water poisoned the lake - North Star, accessed May 4, 2025.', []],
    ['a label', 'Riverton Water poisoned the lake:', []],
    ['a price per something', 'Riverton Water says the plant will cost $5 million per year.', []],
  ];
  it.each(cases)('%s', (_name, text, found) => {
    expect(tags(text)).toEqual(found);
  });

  it('a subject that a round-up names now and then is not what it is about', () => {
    const filler = Array.from({ length: 120 }, (_, index) => `Shop ${index} opens today.`).join(' ');
    const named = 'Riverton Water grew. Riverton Water hired. Riverton Water moved.';
    expect(tags(`${named} ${filler} Somebody poisoned the lake.`)).toEqual([]);
  });
});
