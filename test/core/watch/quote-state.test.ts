import { describe, expect, test } from 'vitest';
import { type QuoteState, traceQuotes } from '#src/core/watch/quote-state.ts';

const title = 'Riverton plant cost $5 million, says owner';
const opening = 'The lake plant of Riverton Water was opened on Monday.';
const quote = 'Riverton Water said the plant cost about $5 million to build.';
const doubt = 'Harbour Council doubts that figure and has asked for the books.';
const close = 'The lake has been closed to swimmers since May.';
const before = { title, text: `${opening} ${quote}\n\n${doubt}\n\n${close}` };

function trace(
  text: string,
  options: { readonly corrections?: readonly string[]; readonly words?: string } = {},
): QuoteState {
  const { corrections = [], words = quote } = options;
  const start = before.text.indexOf(words);
  const place = { field: 'text', start, end: start + words.length } as const;
  const [state] = traceQuotes([place], { before, after: { title, text, corrections } });
  if (state === undefined) throw new Error('no state');
  if (state.kind !== 'gone' && state.kind !== 'altered') return state;
  return state;
}

/** What the later text says at the place that a state names. */
function wordsAt(text: string, state: QuoteState): string | null {
  return state.kind === 'gone' ? null : text.slice(state.start, state.end);
}

describe('a quote is present', () => {
  test.each([
    ['in an unchanged text', before.text],
    ['after a paragraph was put before it', `A new beginning of the story.\n\n${before.text}`],
    [
      'after the sentences around it were rewritten',
      `On Monday the plant by the lake was opened by a minister. ${quote}\n\nThe council wants the books.`,
    ],
    ['when all other text is new', `${quote} Everything else in this text is new.`],
    ['in a sentence that goes on', before.text.replace('to build.', 'to build. It did not say more.')],
    ['in a text with two copies of it', `${before.text}\n\n${quote}`],
  ])('%s', (_, text) => {
    const state = trace(text);
    expect(state.kind).toBe('present');
    expect(wordsAt(text, state)).toBe(quote);
  });

  test('with other typographic marks', () => {
    const marked = { title, text: before.text.replace('said the plant', 'said: “The plant” -') };
    const later = marked.text.replace('“The plant” -', '"The plant" –').replaceAll(' cost', '\u00a0cost');
    const start = marked.text.indexOf('Riverton Water said');
    const end = marked.text.indexOf('\n');
    const [state] = traceQuotes([{ field: 'text', start, end }], {
      before: marked,
      after: { title, text: later, corrections: [] },
    });
    expect(state?.kind).toBe('present');
  });
});

test('a quote that stands in another place of the text has moved', () => {
  const text = `${opening}\n\n${doubt}\n\n${close}\n\n${quote}`;
  const state = trace(text);
  expect(state.kind).toBe('moved');
  expect(wordsAt(text, state)).toBe(quote);
});

describe('a quote is altered', () => {
  test.each([
    ['another number', 'Riverton Water said the plant cost about $6 million to build.'],
    ['a word less', 'Riverton Water said the plant cost $5 million to build.'],
    ['a denial put in', 'Riverton Water said the plant had not cost about $5 million to build.'],
    ['another order', 'The plant cost about $5 million to build, Riverton Water said.'],
    ['half of it new', 'Riverton Water said the works at the shore cost about $5 million, wages aside.'],
  ])('by %s', (_, words) => {
    const text = before.text.replace(quote, words);
    expect(trace(text)).toEqual({
      kind: 'altered',
      start: text.indexOf(words),
      end: text.indexOf(words) + words.length,
      words,
    });
  });

  test('when it was cut in two', () => {
    const words = 'Riverton Water said a word on the plant. It cost about $5 million to build.';
    expect(trace(before.text.replace(quote, words))).toMatchObject({ kind: 'altered', words });
  });

  test('and stands elsewhere, when it is still much alike', () => {
    const words = 'Riverton Water said the plant cost about $7 million to build.';
    expect(trace(`${opening}\n\n${doubt}\n\n${close}\n\n${words}`)).toMatchObject({ kind: 'altered', words });
  });

  test('in Chinese, where no blanks part the words', () => {
    const old = { title: '', text: '公司表示，这座工厂的造价约为五百万美元。湖泊自五月起关闭。' };
    const now = { title: '', text: '公司表示，这座工厂的造价约为六百万美元。湖泊自五月起关闭。', corrections: [] };
    const [state] = traceQuotes([{ field: 'text', start: 0, end: 20 }], { before: old, after: now });
    expect(state).toMatchObject({ kind: 'altered', words: '公司表示，这座工厂的造价约为六百万美元。' });
  });
});

describe('a quote is gone', () => {
  test.each([
    ['taken out', before.text.replace(` ${quote}`, '')],
    [
      'replaced by a sentence about something else',
      before.text.replace(quote, 'The mayor cut the ribbon in the rain.'),
    ],
    ['an empty text', ''],
  ])('%s', (_, text) => expect(trace(text)).toEqual({ kind: 'gone' }));

  test('when only a sentence is left that stood beside it before', () => {
    const beside = 'Riverton Water said the dam cost about $9 million to build.';
    const old = { title, text: `${beside} ${quote}` };
    const place = { field: 'text', start: beside.length + 1, end: old.text.length } as const;
    const after = { title, text: beside, corrections: [] };
    expect(traceQuotes([place], { before: old, after })).toEqual([{ kind: 'gone' }]);
  });

  test('when only a note of correction repeats it', () => {
    const note = `Correction: an earlier version said this. ${quote} That was wrong.`;
    expect(trace(`${opening}\n\n${doubt}\n\n${close}\n\n${note}`, { corrections: [note] })).toEqual({ kind: 'gone' });
  });
});

test('a quote that stands in the text and in a note of correction is present', () => {
  const note = `Correction: an earlier version put it otherwise. ${quote} That was wrong.`;
  expect(trace(`${before.text}\n\n${note}`, { corrections: [note] }).kind).toBe('present');
});

test('a headline is present, altered or gone by itself', () => {
  const place = { field: 'title', start: 0, end: title.length } as const;
  const kindOf = (later: string) =>
    traceQuotes([place], { before, after: { title: later, text: before.text, corrections: [] } })[0]?.kind;
  expect(kindOf(title)).toBe('present');
  expect(kindOf(title.replace('5', '6'))).toBe('altered');
  expect(kindOf('Swimmers wait for the lake')).toBe('gone');
});

test('each of several quotes has its own state', () => {
  const places = [opening, quote, doubt].map((words) => {
    const start = before.text.indexOf(words);
    return { field: 'text', start, end: start + words.length } as const;
  });
  const text = `${opening} ${quote.replace('5', '6')}\n\n${close}`;
  const states = traceQuotes(places, { before, after: { title, text, corrections: [] } });
  expect(states.map(({ kind }) => kind)).toEqual(['present', 'altered', 'gone']);
});
