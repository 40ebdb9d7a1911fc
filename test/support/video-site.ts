/** An invented channel: watch pages and their caption tracks. */

/** One cue of a track. */
export type Cue = { readonly second: number; readonly words: string };

/** A WebVTT file; each cue lasts two seconds. */
export function webVtt(cues: readonly Cue[]): string {
  const clock = (second: number): string =>
    `${[Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60].map((part) => String(part).padStart(2, '0')).join(':')}.000`;
  return `WEBVTT\n\n${cues.map(({ second, words }) => `${clock(second)} --> ${clock(second + 2)}\n${words}\n\n`).join('')}`;
}

/** A page whose markup names its tracks. */
export function videoPage(video: {
  readonly title: string;
  readonly description: string;
  readonly tracks: readonly { readonly src: string; readonly lang: string }[];
}): string {
  const { title, description } = video;
  const data = { '@context': 'https://schema.org', '@type': 'VideoObject', name: title, description };
  const tracks = video.tracks.map(({ src, lang }) => `<track kind="captions" src="${src}" srclang="${lang}">`);
  return `<!doctype html><html lang="en"><head><title>${title}</title><meta property="og:type" content="video.other">
    <script type="application/ld+json">${JSON.stringify(data)}</script></head>
    <body><h1>${title}</h1><video>${tracks.join('')}</video></body></html>`;
}

/** A watch page whose player data names its tracks, in the structure of YouTube's of 2024. */
export function watchPage(video: {
  readonly title: string;
  readonly description: string;
  readonly tracks: readonly { readonly baseUrl: string; readonly languageCode: string; readonly kind?: 'asr' }[];
}): string {
  const player = {
    videoDetails: { title: video.title, author: 'Harbour Channel', shortDescription: video.description },
    captions: { playerCaptionsTracklistRenderer: { captionTracks: video.tracks } },
  };
  return `<!doctype html><html lang="en"><head><title>${video.title}</title></head>
    <body><script>var ytInitialPlayerResponse = ${JSON.stringify(player)};</script></body></html>`;
}

/** A document whose entities would grow to more bytes than any machine has. */
export function entityBomb(): string {
  const letters = Array.from({ length: 25 }, (_, at) => String.fromCharCode(97 + at));
  const entities = letters.map((letter, at) => {
    const before = letters[at - 1];
    return `<!ENTITY ${letter} "${before === undefined ? 'boom ' : `&${before};`.repeat(10)}">`;
  });
  return `<!DOCTYPE t [${entities.join('')}]><transcript><text start="1">&y;</text></transcript>`;
}
