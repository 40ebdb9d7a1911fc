/** A track of words that a page or feed offers beside a video or episode. */

/** Who wrote the words: people for this video, a machine that listened, or whoever published the transcript of an episode. */
export type CaptionKind = 'manual' | 'automatic' | 'transcript';

/** An offered track. `lang` is a BCP 47 tag as the page has it; null when it does not say. `url` is absolute http(s). */
export type CaptionTrack = { readonly lang: string | null; readonly kind: CaptionKind; readonly url: string };

/** Videos on large channels come with some 70 translated tracks. */
export const TRACK_COUNT_MAX = 200;

/**
 * The track that is read: in the page's language, one by people before one by a machine; else the first by people; else the first.
 * Null when there is none.
 */
export function chooseTrack(tracks: readonly CaptionTrack[], lang: string | null): CaptionTrack | null {
  const own = tracks.filter((track) => lang !== null && track.lang !== null && primary(track.lang) === primary(lang));
  return own.find(isByPeople) ?? own[0] ?? tracks.find(isByPeople) ?? tracks[0] ?? null;
}

/** Forms of transcripts that are read: those that tell times first, and no pages. */
const TRANSCRIPT_TYPES = [/\bvtt\b/i, /\b(?:srt|subrip)\b/i, /\bjson\b/i, /^text\/plain\b/i];

/** The transcripts of an episode as tracks, the form that tells most first. */
export function listTranscriptTracks(
  transcripts: readonly { readonly url: string; readonly type: string | null; readonly lang: string | null }[],
): readonly CaptionTrack[] {
  const ranked = transcripts.map(({ url, type, lang }) => ({
    rank: TRANSCRIPT_TYPES.findIndex((known) => known.test(type ?? 'text/vtt')),
    track: { lang, kind: 'transcript' as const, url },
  }));
  return ranked
    .filter(({ rank }) => rank >= 0)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ track }) => track);
}

function isByPeople({ kind }: CaptionTrack): boolean {
  return kind !== 'automatic';
}

function primary(lang: string): string {
  return lang.toLowerCase().split(/[-_]/)[0] ?? '';
}
