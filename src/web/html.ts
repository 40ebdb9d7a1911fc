/** The one place where pages become text. Views are plain functions; preact escapes every value they put in. */
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { safeHref } from '#src/core/display/link.ts';

export { html };

/** What a view gives, and what may stand inside another one. */
export type View = VNode | string | number | null | false | readonly View[];

/** A link that leads nowhere unsafe: without an address that may stand in a page, only its words are shown. */
export function link(address: string | null, words: View, attributes: Readonly<Record<string, string>> = {}): View {
  const href = address === null ? null : safeHref(address);
  return href === null ? words : html`<a href=${href} ...${attributes}>${words}</a>`;
}

/** A whole document from its root element. */
export function renderDocument(root: VNode): string {
  return `<!doctype html>\n${renderToStaticMarkup(root)}\n`;
}

/** A part of a document, for feeds. */
export function renderFragment(part: VNode): string {
  return renderToStaticMarkup(part);
}
