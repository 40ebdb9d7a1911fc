import { expect, test } from 'vitest';
import { readPeople, readStructuredData, readText } from '#src/core/page/structured.ts';

test.each([
  [
    'an article in a graph',
    ['{"@graph":[{"@type":"WebPage"},{"@type":"NewsArticle","headline":"A"}]}'],
    'article',
    'A',
  ],
  ['a type with its address', ['{"@type":["http://schema.org/BlogPosting"],"headline":"B"}'], 'article', 'B'],
  ['a list in a comment', ['<!--[{"@type":"Report","headline":"C"}]-->'], 'article', 'C'],
  ['line breaks inside a string', ['{"@type":"NewsArticle","headline":"D\n"}'], 'article', 'D'],
  ['an episode', ['{"@type":"PodcastEpisode","headline":"E"}'], 'audio', 'E'],
])('readStructuredData finds %s', (_, blocks, kind, headline) => {
  const data = readStructuredData(blocks, null);
  expect([data.kind, readText(data.main?.['headline'])]).toEqual([kind, headline]);
});

test('readStructuredData says which blocks it could not read and keeps the others', () => {
  const data = readStructuredData(['{"@type":', '{"@type":"NewsArticle"}', 'null', '[[[1]]]'], null);
  expect([data.kind, data.problems.length]).toEqual(['article', 1]);
});

test('readStructuredData does not take an embedded video for the page', () => {
  const blocks = ['{"@type":"VideoObject","name":"clip"}'];
  expect(readStructuredData(blocks, 'article').kind).toBeNull();
  expect(readStructuredData(blocks, 'video.other').kind).toBe('video');
});

test('readPeople follows references and leaves nameless entries out', () => {
  const nodes = [{ '@id': '#a', name: 'Mira Oduya' }];
  const people = [{ '@id': '#a' }, { name: ['Tomas Reyl', ''] }, 'Ida Moss', { '@id': '#gone' }, 7, null];
  expect(readPeople(people, nodes)).toEqual(['Mira Oduya', 'Tomas Reyl', 'Ida Moss', '7']);
});

test('readText leaves out what cannot be stored', () => {
  const { main } = readStructuredData(
    ['{"@type":"NewsArticle","headline":"a\\u0000b\\ud800c","name":"\\u0000"}'],
    null,
  );
  expect([readText(main?.['headline']), readText(main?.['name'])]).toEqual(['abc', null]);
});

test('readStructuredData leaves the object prototype alone', () => {
  readStructuredData(['{"__proto__":{"polluted":true},"@type":"NewsArticle"}'], null);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
