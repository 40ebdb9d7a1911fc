import { countOf } from '#src/core/digest/digest.ts';
import { showLine } from '#src/core/display/text.ts';
import { type Calendar, formatDay, localDay } from '#src/core/display/time.ts';
import { type CitationNode, type CitationTree, countBelow } from '#src/core/watch/citation-tree.ts';
import { html, link, type View } from '../html.ts';
import { timeAs } from './words.ts';

/** Levels below the first report that are drawn. */
const depthMax = 3;
/** Articles drawn below one; the rest is counted. */
const childrenMax = 8;
/** First reports drawn. */
const rootsMax = 4;

/** Who has the claim from whom, as nested lists; nothing while no article leans on another. */
export function citationSection({ roots, unsourcedCount }: CitationTree, calendar: Calendar): View {
  if (roots.length === 0) return null;
  const shown = roots.slice(0, rootsMax);
  const rest = roots.slice(rootsMax).reduce((sum, root) => sum + 1 + countBelow(root), 0);
  return html`<section aria-labelledby="cites"><h2 id="cites">Who cites whom</h2>
    <ul class="cites">${shown.map((root) => drawNode(root, { calendar, depth: 0 }))}${rest > 0 && html`<li class="meta">${rest} more</li>`}${
      unsourcedCount > 0 && html`<li class="meta">No source named: ${countOf(unsourcedCount, 'article')}</li>`
    }</ul></section>`;
}

function drawNode(node: CitationNode, at: { readonly calendar: Calendar; readonly depth: number }): View {
  const shown = at.depth < depthMax ? node.children.slice(0, childrenMax) : [];
  const below = countBelow(node) - shown.reduce((sum, child) => sum + 1 + countBelow(child), 0);
  const outlet = link(`/articles/${node.articleId}`, showLine(node.outlet));
  const day = /T/.test(node.at) ? localDay(Temporal.Instant.from(node.at), at.calendar.zone) : node.at;
  const date = html`<span class="meta">${timeAs(node.at, formatDay(day, at.calendar))}</span>`;
  const deeper = { ...at, depth: at.depth + 1 };
  return html`<li>${node.how === null ? html`<b dir="auto">${outlet}</b>` : html`<span dir="auto">${outlet}</span> <span class="meta">${describeLeaning(node)} ·</span>`} ${date}${
    (shown.length > 0 || below > 0) &&
    html`<ul>${shown.map((child) => drawNode(child, deeper))}${below > 0 && html`<li class="meta">${below} more</li>`}</ul>`
  }</li>`;
}

function describeLeaning({ how, isDerivative, alsoCites }: CitationNode): string {
  const both = alsoCites.length === 0 ? '' : `, also ${alsoCites.map(showLine).join(', ')}`;
  return `${how}${both}${isDerivative && how !== 'same words' ? ', its only source' : ''}`;
}
