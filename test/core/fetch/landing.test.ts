import { expect, test } from 'vitest';
import { findLanding } from '#src/core/fetch/landing.ts';

test.each([
  ['https://a.example/2025/story.html', 'https://a.example/', 'front-page'],
  ['https://a.example/2025/story.html', 'https://www.a.example/index.html', 'front-page'],
  ['https://a.example/2025/story.html', 'https://b.example/en/', 'front-page'],
  ['https://a.example/news/a-story', 'https://a.example/news/', 'front-page'],
  ['https://a.example/news/a-story', 'https://a.example/login?next=/news/a-story', 'sign-in'],
  ['https://a.example/news/a-story', 'https://accounts.a.example/sign-in', 'sign-in'],
  ['https://a.example/news/a-story', 'https://a.example/news/a-story', null],
  ['https://a.example/news/a-story', 'https://a.example/news/a-story/', null],
  ['https://a.example/news/a-story', 'https://www.a.example/news/a-story', null],
  ['https://a.example/news/a-story/amp', 'https://a.example/news/a-story', null],
  ['https://a.example/a-story/amp', 'https://a.example/a-story', null],
  ['https://a.example/', 'https://www.a.example/', null],
  ['https://a.example/', 'https://a.example/en', null],
  ['https://a.example/?p=123', 'https://a.example/2025/a-story', null],
  ['https://a.example/news/a-story', 'https://a.example/?p=123', null],
  ['https://a.example/login-flaw-found', 'https://www.a.example/login-flaw-found', null],
])('findLanding of %s, ended at %s: %s', (asked, final, landing) => expect(findLanding(asked, final)).toBe(landing));
