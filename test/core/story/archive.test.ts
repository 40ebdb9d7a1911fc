import { describe, expect, test } from 'vitest';
import { type ArchivePlace, type ArrivingArticle, StoryArchive } from '#src/core/story/archive.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';

const random = seededRandom(5);
const report = makeProse(random, { wordCount: 300, subject: 1 });
const hour = 3_600_000;

/** Lets articles arrive in this order, an hour between each when nothing else is said. */
function arrive(articles: readonly Partial<ArrivingArticle>[]): {
  readonly places: readonly ArchivePlace[];
  readonly origins: () => number;
} {
  const archive = new StoryArchive();
  const places = articles.map((article, id) =>
    archive.add({
      id,
      appearedAt: id * hour,
      outlet: `Outlet ${id}`,
      site: `outlet${id}.example`,
      title: '',
      text: report,
      byline: null,
      linkedSites: new Set(),
      ...article,
    }),
  );
  return { places, origins: () => new Set(articles.map((_, id) => archive.originOf(id))).size };
}

test('40 copies and 2 own reports are 3 origins of one story', () => {
  // Which words are rare shows only beside other news.
  const others = Array.from({ length: 30 }, () => ({ text: makeProse(random, { wordCount: 300 }) }));
  const own = [1, 2].map(() => ({ text: makeProse(random, { wordCount: 300, subject: 1 }) }));
  const copies = Array.from({ length: 40 }, (_, at) => ({
    text:
      at % 2 === 0
        ? report
        : report
            .split(' ')
            .slice(0, 150 + at * 3)
            .join(' '),
  }));
  const { places, origins } = arrive([...others, {}, ...copies.slice(0, 20), ...own, ...copies.slice(20)]);
  expect(origins()).toBe(others.length + 3);
  expect(places.filter(({ role }) => role === 'copy')).toHaveLength(40);
  expect(new Set(places.slice(others.length).map(({ story }) => story)).size).toBe(1);
});

test('other events are other stories, and so is the same event a week later', () => {
  const other = makeProse(random, { wordCount: 300, subject: 2 });
  const later = makeProse(random, { wordCount: 300, subject: 1 });
  const { places } = arrive([{}, { text: other }, { text: later, appearedAt: 24 * 7 * hour }]);
  expect(new Set(places.map(({ story }) => story)).size).toBe(3);
});

describe('who repeats whom', () => {
  test('an original that is found late takes the copies that came before it', () => {
    const { places, origins } = arrive([{ appearedAt: 5 * hour }, { appearedAt: 6 * hour }, { appearedAt: hour }]);
    expect(places.map(({ role }) => role)).toEqual(['original', 'copy', 'original']);
    expect(origins()).toBe(1);
  });

  test('a text that names another outlet as its source repeats that one, whatever the clock says', () => {
    const agency = { outlet: 'Harbour Wire', appearedAt: 9 * hour, text: `OSTLAND (Harbour Wire) - ${report}` };
    const { places } = arrive([{ text: `OSTLAND (Harbour Wire) - ${report}` }, agency]);
    expect(places[1]).toMatchObject({ role: 'original', originId: 1 });
  });

  test('a spun copy is spun, and so is what copies it', () => {
    const spun = swapWords(report, 5);
    const { places } = arrive([{}, { text: spun }, { text: spun }]);
    expect(places.map(({ role }) => role)).toEqual(['original', 'spun', 'spun']);
    expect(places.map(({ originId }) => originId)).toEqual([0, 0, 0]);
  });

  test('a rewriting that names its source is no spun copy', () => {
    const text = `According to Harbour Wire, ${swapWords(report, 5)}`;
    const { places, origins } = arrive([{ outlet: 'Harbour Wire' }, { text }]);
    expect(places[1]).toMatchObject({ role: 'derivative', repeatsId: 0 });
    expect(origins()).toBe(1);
  });

  test('a copy of a copy names both: whom it repeats, and where that ends', () => {
    const shorter = report.split(' ').slice(0, 200).join(' ');
    const extra = makeProse(random, { wordCount: 200 });
    const { places } = arrive([{}, { text: `${shorter} ${extra}` }, { text: `${shorter} ${extra}` }]);
    expect(places[2]).toMatchObject({ repeatsId: 1, originId: 0 });
  });

  test('an outlet that is only mentioned is no source', () => {
    const text = `Harbour Wire shares fell. ${report}`;
    const { places } = arrive([{ text }, { outlet: 'Harbour Wire', appearedAt: 9 * hour }]);
    expect(places[1]).toMatchObject({ role: 'copy', originId: 0 });
  });
});
