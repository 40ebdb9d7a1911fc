import { expect, test } from 'vitest';
import { buildCitationTree, type CitationNode, type CitingArticle } from '#src/core/watch/citation-tree.ts';

function article(id: number, outlet: string, rest: Partial<CitingArticle> = {}): CitingArticle {
  const at = `2025-01-${String(10 + id).padStart(2, '0')}T10:00:00Z`;
  return {
    id,
    outlet,
    title: `Story ${id}`,
    at,
    copyOf: null,
    quotes: [{ quote: 'It cost $5 million.', speaker: null }],
    ...rest,
  };
}

const saying = (quote: string) => ({ quotes: [{ quote, speaker: null }] });

/** The tree as nested words. */
function draw(node: CitationNode): unknown {
  const how = node.how === null ? '' : ` ${node.how}${node.isDerivative ? '!' : ''}`;
  return [`${node.outlet}${how}`, ...node.children.map(draw)];
}

test('buildCitationTree leads every article back to the first report', () => {
  const articles = [
    article(1, 'Harbour Post'),
    article(2, 'Tide Journal', saying('It cost $5 million, according to the Harbour Post.')),
    article(3, 'Quay Notes'),
    article(4, 'Copy Press', { copyOf: 1 }),
    article(5, 'Lone Paper'),
  ];
  const tree = buildCitationTree(articles, [{ from: 3, to: 2, quoteCount: 1 }]);
  expect(tree.roots.map(draw)).toEqual([
    ['Harbour Post', ['Tide Journal names it!', ['Quay Notes cites it!']], ['Copy Press same words!']],
  ]);
  expect(tree.unsourcedCount).toBe(1);
});

test('an article with words of its own beside those of another is not derivative', () => {
  const quotes = [
    { quote: 'It cost $5 million, the Harbour Post wrote.', speaker: null },
    { quote: 'The owner told us that it was more.', speaker: 'the owner' },
  ];
  const tree = buildCitationTree([article(1, 'Harbour Post'), article(2, 'Tide Journal', { quotes })], []);
  expect(tree.roots.map(draw)).toEqual([['Harbour Post', ['Tide Journal names it']]]);
});

test('a link outside the quotes cites, but is not the only source', () => {
  const tree = buildCitationTree(
    [article(1, 'Harbour Post'), article(2, 'Tide Journal')],
    [{ from: 2, to: 1, quoteCount: 0 }],
  );
  expect(tree.roots.map(draw)).toEqual([['Harbour Post', ['Tide Journal cites it']]]);
});

test('articles that cite each other make no circle: the earlier one is the source', () => {
  const links = [
    { from: 1, to: 2, quoteCount: 1 },
    { from: 2, to: 1, quoteCount: 1 },
  ];
  const tree = buildCitationTree([article(2, 'Tide Journal'), article(1, 'Harbour Post')], links);
  expect(tree.roots.map(draw)).toEqual([['Harbour Post', ['Tide Journal cites it!']]]);
});

test('an article that cites two stands below the one that its quotes lean on, and names the other', () => {
  const links = [
    { from: 3, to: 1, quoteCount: 0 },
    { from: 3, to: 2, quoteCount: 1 },
  ];
  const tree = buildCitationTree(
    [article(1, 'Harbour Post'), article(2, 'Tide Journal'), article(3, 'Quay Notes')],
    links,
  );
  expect(tree.roots[0]).toMatchObject({
    outlet: 'Tide Journal',
    children: [{ outlet: 'Quay Notes', alsoCites: ['Harbour Post'] }],
  });
});

test('an outlet does not name itself, nor does a word that is part of another', () => {
  const articles = [
    article(1, 'Post'),
    article(2, 'Harbour Post', saying('The Harbour Post has seen the books.')),
    article(3, 'Tide Journal', saying('The postmaster said so.')),
  ];
  expect(buildCitationTree(articles, [])).toEqual({ roots: [], unsourcedCount: 3 });
});
