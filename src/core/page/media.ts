import { type CaptionTrack, TRACK_COUNT_MAX } from '#src/core/caption/track.ts';
import { parseDate } from '#src/core/date.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { readBaseUrl } from './head.ts';
import { isNode, readText, type StructuredData, type StructuredNode } from './structured.ts';
import type { Box, PageSurvey } from './survey.ts';
import type { TextBlock } from './text.ts';
import { readDirectText } from './tree.ts';
import { isYoutube } from './youtube.ts';

/** A player response is about 50 KB, the data of a watch page up to 1 MB; anything longer is neither. */
const SCRIPT_LENGTH_MAX = 2_000_000;
/** What Spotify puts before a description in its structured data. */
const LISTEN_PREFIX = /^Listen to (?:this episode from )?(.{1,200}?) on Spotify\.\s*/;
const ADDRESS = /https?:\/\/[^\s<>"'）」]+[^\s<>"'.,;:!?)\]）」]/g;

/** What a page about one video or podcast says beside its markup; null fields are read like those of any page. */
export type MediaPage = {
  readonly kind: 'video' | 'audio';
  readonly title: string | null;
  readonly byline: string | null;
  readonly publishedAt: string | null;
  /** The publisher's own words, with chapter lines; links are not marked up. */
  readonly description: string | null;
  /** Whether the page says nothing else in its markup. */
  readonly isWhole: boolean;
  /** The tracks of words that its player offers, in the order of the page. */
  readonly captions: readonly CaptionTrack[];
};

/** Reads a video, podcast or episode page; null for every other page. */
export function readMediaPage(survey: PageSurvey, data: StructuredData, url: string | null): MediaPage | null {
  const address = url === null ? null : URL.parse(url);
  const host = address?.hostname ?? '';
  if (isYoutube(address)) return readYoutubePage(survey, data, url);
  if (host === 'open.spotify.com' && /^\/(?:intl-[a-z]+\/)?(?:show|episode)\//.test(address?.pathname ?? '')) {
    return readSpotifyPage(survey, data);
  }
  const pageType = survey.metas.get('og:type')?.[0] ?? '';
  const isVideo = data.kind === 'video' || (data.kind !== 'article' && pageType.startsWith('video'));
  if (!isVideo && data.kind !== 'audio') return null;
  return {
    kind: isVideo ? 'video' : 'audio',
    title: readText(data.main?.['name']),
    byline: null,
    publishedAt: null,
    description: readText(data.main?.['description']),
    isWhole: false,
    captions: listMarkedTracks(survey, readBaseUrl(survey, url)),
  };
}

/**
 * YouTube: title, channel, day and the whole description with its chapter lines stand in the player response, or when the player
 * refuses to play, in the data of the watch page; microdata in the head is the fallback and has the description cut short (pages
 * seen 2024: meta itemprop="datePublished", link itemprop="name" under the author).
 */
function readYoutubePage(survey: PageSurvey, data: StructuredData, url: string | null): MediaPage {
  const player = findScriptObject(survey, 'ytInitialPlayerResponse');
  const details = nodeAt(player, ['videoDetails']);
  const format = nodeAt(player, ['microformat', 'playerMicroformatRenderer']);
  const watch = details === null ? readWatchData(findScriptObject(survey, 'ytInitialData')) : null;
  const meta = (key: string): string | null => survey.metas.get(key)?.[0] ?? null;
  const date = readText(format?.['publishDate']) ?? meta('datepublished') ?? readText(data.main?.['uploadDate']);
  return {
    kind: 'video',
    title: readText(details?.['title']) ?? watch?.title ?? meta('og:title'),
    byline: readText(details?.['author']) ?? watch?.channel ?? meta('link:name') ?? readText(data.main?.['author']),
    publishedAt: parseDate(date ?? watch?.date ?? '')?.iso ?? null,
    description:
      readText(details?.['shortDescription']) ??
      watch?.description ??
      readText(data.main?.['description']) ??
      meta('og:description'),
    isWhole: true,
    captions: listCaptionTracks(player, url),
  };
}

/** `kind` is "asr" (automatic speech recognition) for the tracks of a machine and missing for those of people. */
function listCaptionTracks(player: StructuredNode | null, url: string | null): readonly CaptionTrack[] {
  const tracks = nodeAt(player, ['captions', 'playerCaptionsTracklistRenderer'])?.['captionTracks'];
  return (Array.isArray(tracks) ? tracks.slice(0, TRACK_COUNT_MAX) : []).flatMap((track: unknown) => {
    if (!isNode(track)) return [];
    const address = resolveHttpUrl(readText(track['baseUrl']) ?? '', url);
    const kind = track['kind'] === 'asr' ? ('automatic' as const) : ('manual' as const);
    return address === null ? [] : [{ lang: readText(track['languageCode']), kind, url: address }];
  });
}

/** HTML standard, 4.8.11.1: a track without a kind holds subtitles, one of another kind chapters or data. */
function listMarkedTracks({ tracks }: PageSurvey, baseUrl: string | null): readonly CaptionTrack[] {
  return tracks.flatMap(({ kind = 'subtitles', src = '', srclang }) => {
    const address = resolveHttpUrl(src, baseUrl);
    const isWords = /^(?:captions|subtitles)$/i.test(kind);
    return address === null || !isWords ? [] : [{ lang: srclang ?? null, kind: 'manual' as const, url: address }];
  });
}

type WatchData = Readonly<Record<'title' | 'channel' | 'date' | 'description', string | null>>;

function readWatchData(data: StructuredNode | null): WatchData {
  const parts = nodeAt(data, ['contents', 'twoColumnWatchNextResults', 'results', 'results'])?.['contents'];
  const find = (name: string): StructuredNode | null =>
    (Array.isArray(parts) ? parts : []).map((part) => nodeAt(part, [name])).find((node) => node !== null) ?? null;
  const primary = find('videoPrimaryInfoRenderer');
  const secondary = find('videoSecondaryInfoRenderer');
  return {
    title: readRuns(primary?.['title']),
    channel: readRuns(nodeAt(secondary, ['owner', 'videoOwnerRenderer'])?.['title']),
    date: readRuns(primary?.['dateText']),
    description:
      readText(nodeAt(secondary, ['attributedDescription'])?.['content']) ?? readRuns(secondary?.['description']),
  };
}

/** A text that is cut into pieces of one style each. */
function readRuns(value: unknown): string | null {
  if (!isNode(value)) return null;
  const runs = value['runs'];
  if (!Array.isArray(runs)) return readText(value['simpleText']);
  return readText(runs.map((run) => (isNode(run) && typeof run['text'] === 'string' ? run['text'] : '')).join(''));
}

/** Spotify: the show stands in the title tag of an episode; a show's maker in the structured data. */
function readSpotifyPage(survey: PageSurvey, data: StructuredData): MediaPage {
  const node = data.nodes.find((entry) => entry['description'] !== undefined) ?? null;
  const title = survey.metas.get('og:title')?.[0] ?? readText(node?.['name']);
  const description = readText(node?.['description']) ?? survey.metas.get('og:description')?.[0] ?? null;
  const listen = description === null ? null : LISTEN_PREFIX.exec(description);
  const show = listen?.[1] ?? null;
  return {
    kind: 'audio',
    title,
    byline: readText(node?.['author']) ?? readText(node?.['publisher']) ?? (show === title ? null : show),
    publishedAt: parseDate(readText(node?.['datePublished']) ?? '')?.iso ?? null,
    description: description?.replace(LISTEN_PREFIX, '') ?? null,
    isWhole: false,
    captions: [],
  };
}

/** The object that an inline script assigns to a global name. */
function findScriptObject(survey: PageSurvey, name: string): StructuredNode | null {
  const assignment = new RegExp(`\\b${name}(?:["']\\])?\\s*=\\s*\\{`);
  for (const script of survey.scripts) {
    const source = readDirectText(script);
    if (source.length > SCRIPT_LENGTH_MAX) continue;
    const opening = assignment.exec(source);
    if (opening === null) continue;
    const start = opening.index + opening[0].length - 1;
    const value = parseObject(source.slice(start, findObjectEnd(source, start)));
    if (value !== null) return value;
  }
  return null;
}

/** Index after the brace that closes the object literal starting at `start`. */
function findObjectEnd(source: string, start: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === '{') depth++;
    else if (!isQuoted && char === '}' && --depth === 0) return at + 1;
  }
  return source.length;
}

function parseObject(source: string): StructuredNode | null {
  try {
    const value: unknown = JSON.parse(source);
    return isNode(value) ? value : null;
  } catch {
    return null;
  }
}

function nodeAt(node: unknown, path: readonly string[]): StructuredNode | null {
  let at: unknown = node;
  for (const key of path) at = isNode(at) ? at[key] : null;
  return isNode(at) ? at : null;
}

/** Plain text as blocks: empty lines part them, written-out addresses are their links. */
export function splitPlainText(text: string): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let isLine = false;
  for (const raw of text.split(/\r\n?|\n/)) {
    const line = raw.replace(/\s+/g, ' ').trim();
    if (line === '') {
      isLine = false;
      continue;
    }
    const links = [...line.matchAll(ADDRESS)].map((match) => ({
      href: match[0],
      start: match.index,
      end: match.index + match[0].length,
    }));
    blocks.push({ text: line, tag: 'p', links, linkLength: 0, isLine, isSource: false });
    isLine = true;
  }
  return blocks;
}

/** The part of a show's page that lists its episodes: the main element or section around the headline. */
export function findListing(headline: Box | null): Box | null {
  let best: Box | null = null;
  for (let at = headline; at !== null && at.element.name !== 'body'; at = at.parent) {
    if (at.element.name === 'main' || at.element.name === 'section' || at.element.name === 'article') best = at;
  }
  return best;
}
