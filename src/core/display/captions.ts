/** How captions that an article offers are spoken of. */

import { captionWords } from '#src/core/caption/spoken.ts';
import type { CaptionTrack } from '#src/core/caption/track.ts';
import { asSentence } from './text.ts';

/** A track, whether its words are in the text, and what went wrong when it was asked. */
export type OfferedCaptions = CaptionTrack & { readonly place: object | null; readonly words: string | null };

/** "automatic captions read", "captions not read: The site asks programs not to read this page. We do not." */
export function describeCaptions({ kind, place, words }: OfferedCaptions): string {
  if (place !== null) return `${captionWords[kind]} read`;
  return words === null ? `${captionWords[kind]} not read yet` : `${captionWords[kind]} not read: ${asSentence(words)}`;
}
