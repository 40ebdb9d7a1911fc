/** What runs in the threads of the worker pool: the parsers of core, nothing else, each loaded when it is first asked for. */

import type { CaptionFile, ReadCaptions } from '#src/core/caption/captions.ts';
import type { FeedCandidate } from '#src/core/feed/address.ts';
import type { FeedDocument, FeedRefusal, ParsedFeed } from '#src/core/feed/feed.ts';
import type { LinkingPage } from '#src/core/feed/links.ts';
import type { ExtractedPage, PageInput } from '#src/core/page/page.ts';

/** See `parseFeed` of core. */
export async function parseFeed(input: FeedDocument): Promise<ParsedFeed | FeedRefusal> {
  const feed = await import('#src/core/feed/feed.ts');
  return await feed.parseFeed(input);
}

/** See `extractPage` of core. */
export async function extractPage(input: PageInput): Promise<ExtractedPage> {
  const page = await import('#src/core/page/page.ts');
  return page.extractPage('bytes' in input ? { ...input, bytes: viewOf(input.bytes) } : input);
}

/** The same bytes; a Buffer looks for a byte eleven times as fast as the plain array that comes from the other thread. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** See `findFeedLinks` of core. */
export async function findFeedLinks(input: LinkingPage): Promise<readonly FeedCandidate[]> {
  const links = await import('#src/core/feed/links.ts');
  return links.findFeedLinks(input);
}

/** See `readCaptions` of core. */
export async function readCaptions(input: CaptionFile): Promise<ReadCaptions> {
  const captions = await import('#src/core/caption/captions.ts');
  return captions.readCaptions(input);
}
