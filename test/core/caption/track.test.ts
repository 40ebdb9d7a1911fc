import { expect, test } from 'vitest';
import { type CaptionTrack, chooseTrack } from '#src/core/caption/track.ts';
import { extractPage } from '#src/core/page/page.ts';

const track = (lang: string | null, kind: CaptionTrack['kind'], name = ''): CaptionTrack => ({
  lang,
  kind,
  url: `https://video.example/${kind}-${lang}${name}.vtt`,
});

test.each([
  ['the own language before others', 'de', [track('en', 'manual'), track('de', 'manual')], 1],
  ['people before a machine', 'en', [track('en', 'automatic'), track('en', 'manual')], 1],
  ['a region of the own language', 'en', [track('de', 'manual'), track('en-GB', 'manual')], 1],
  [
    'a machine in the own language before people in another',
    'en',
    [track('fr', 'manual'), track('en', 'automatic')],
    1,
  ],
  ['people in another language', 'pt', [track('en', 'automatic'), track('fr', 'manual')], 1],
  ['the first one where nothing else tells', null, [track('en', 'automatic'), track('de', 'automatic')], 0],
] as const)('chooseTrack takes %s', (_, lang, tracks, index) => {
  expect(chooseTrack(tracks, lang)).toBe(tracks[index]);
});

test('chooseTrack takes nothing where nothing is offered', () => {
  expect(chooseTrack([], 'en')).toBe(null);
});

const video = (markup: string): string =>
  `<html><head><meta property="og:type" content="video.other"><base href="https://cdn.example/v/"></head><body>${markup}</body></html>`;

test('extractPage lists the tracks that the markup of a video names, and no chapters', () => {
  const html =
    video(`<video><source src="film.mp4"><track kind="captions" src="en.vtt" srclang="en"><track src="/de.vtt" srclang="de">
    <track kind="chapters" src="chapters.vtt"><track kind="captions"><track kind="captions" src="data:text/vtt,WEBVTT"></video>`);
  expect(extractPage({ url: 'https://video.example/watch', html }).captions).toEqual([
    { lang: 'en', kind: 'manual', url: 'https://cdn.example/v/en.vtt' },
    { lang: 'de', kind: 'manual', url: 'https://cdn.example/de.vtt' },
  ]);
});

test('extractPage lists at most 200 tracks, and none of an article that shows a video', () => {
  const many = '<track src="a.vtt">'.repeat(5_000);
  expect(
    extractPage({ url: 'https://video.example/watch', html: video(`<video>${many}</video>`) }).captions,
  ).toHaveLength(200);
  const article = `<article><h1>A story</h1>${'<p>The council met on Friday, and after two hours it agreed to buy the mill.</p>'.repeat(9)}
    <video><track src="a.vtt"></video></article>`;
  expect(extractPage({ url: 'https://news.example/story', html: article }).captions).toEqual([]);
});
