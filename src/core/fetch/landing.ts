/** Where a chain of redirects has led, when that is not the document that was asked for. */

/** A site's first page: nothing, an index, or a language. */
const frontPath = /^\/?(?:(?:index|home|default|main)(?:\.[a-z]{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?)?\/?$/i;
/** One plain word: the name of a section; names of articles have dashes or figures. */
const sectionPath = /^\/[a-z]{2,20}\/?$/i;
const signInPath =
  /(?:^|[/._-])(?:log-?in|sign-?in|sso|auth|account|subscribe|subscription|register|paywall)(?:[/._-]|$)/i;

/**
 * Whether an answer for `askedUrl` is in truth the site's front page, a section that the address lies in, or its sign-in: what
 * stands there says nothing about the document. Null when the document itself can be expected.
 */
export function findLanding(askedUrl: string, finalUrl: string): 'front-page' | 'sign-in' | null {
  const [asked, final] = [URL.parse(askedUrl), URL.parse(finalUrl)];
  if (asked === null || final === null) return null;
  const isElsewhere = asked.pathname !== final.pathname || asked.hostname !== final.hostname;
  if (!isElsewhere) return null;
  if (signInPath.test(final.pathname) && !signInPath.test(asked.pathname)) return 'sign-in';
  if (frontPath.test(final.pathname) && final.search === '' && !frontPath.test(asked.pathname)) return 'front-page';
  const isSection = sectionPath.test(final.pathname) && asked.pathname.startsWith(final.pathname.replace(/\/?$/, '/'));
  return isSection ? 'front-page' : null;
}
