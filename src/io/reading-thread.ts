/** What runs in the threads of the worker pool: the parsers of core, nothing else. */
export { parseFeed } from '#src/core/feed.ts';
export { extractPage } from '#src/core/page.ts';
