/** The moment of a recording at which a quote is said, and where to hear it. */

import { isYoutube } from '#src/core/page/youtube.ts';
import type { CaptionKind } from './track.ts';

/** What a quote from captions is: whose words they are written in, in which language, and the second of the recording if it is known. */
export type Spoken = {
  readonly kind: CaptionKind;
  readonly lang: string | null;
  readonly second: number | null;
};

/** What captions of each kind are called beside a quote. */
export const captionWords = {
  manual: 'captions',
  automatic: 'automatic captions',
  transcript: 'transcript',
} as const satisfies Readonly<Record<CaptionKind, string>>;

/**
 * The address of a page at a moment of its recording, as a media fragment (W3C Media Fragments URI 1.0, 4.2.1) where no player is known to
 * want it otherwise; the address alone where it has a fragment of its own already.
 */
export function timedUrl(url: string, second: number | null): string {
  const parsed = URL.parse(url);
  if (parsed === null || second === null) return url;
  if (isYoutube(parsed)) {
    parsed.searchParams.delete('t');
    return `${parsed.href}${parsed.search === '' ? '?' : '&'}t=${second}s`;
  }
  return parsed.hash === '' ? `${url}#t=${second}` : url;
}

/** A second as a clock: "2:03", "1:02:03". */
export function formatSecond(second: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(second / 3_600), Math.floor(second / 60) % 60];
  return hours === 0 ? `${minutes}:${pad(second % 60)}` : `${hours}:${pad(minutes)}:${pad(second % 60)}`;
}

/** "automatic captions, at 2:03". */
export function describeSpoken({ kind, second }: Spoken): string {
  return second === null ? captionWords[kind] : `${captionWords[kind]}, at ${formatSecond(second)}`;
}
