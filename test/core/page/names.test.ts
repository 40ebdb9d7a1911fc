import { expect, test } from 'vitest';
import { readNames } from '#src/core/page/names.ts';

function check(names: string): readonly string[] {
  const signs = readNames(names, new Map());
  return Object.entries(signs).flatMap(([sign, isSet]) => (isSet ? [sign] : []));
}

test.each([
  ['article-body', ['isBody']],
  ['StoryBodyCompanionColumn', ['isBody']],
  ['post-content entry', ['isBody']],
  ['relatedPosts', ['isFurniture']],
  ['js-read-more', ['isFurniture']],
  ['comments-area', ['isFurniture', 'isStrong']],
  ['sidebar', ['isFurniture', 'isStrong']],
  ['right-sidebar-box', ['isFurniture']],
  ['onetrust-consent-sdk', ['isFurniture', 'isConsent']],
  ['image-gallery', ['isTrimming']],
])('readNames reads %s', (names, expected) => {
  expect(check(names)).toEqual(expect.arrayContaining(expected));
});

test.each(['has-sidebar', 'body-and-footer', 'no-comments', 'shadow', 'download', 'loading', 'header-1', 'advice', ''])(
  'readNames does not take %s for furniture',
  (names) => {
    expect(check(names)).not.toContain('isFurniture');
  },
);
