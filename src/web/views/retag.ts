/** What the rules in the ledger file would change about stored articles, and the button that changes it. */
import type { ArticleChange, RetagPreview } from '#jobs/preview-retag.ts';
import type { Stance } from '#src/core/digest/balance.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeChanges } from '#src/core/display/retag.ts';
import { quoteText, shortenQuote, showLine } from '#src/core/display/text.ts';
import type { QuoteSide } from '#src/core/tagging/retagging.ts';
import { html, link, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import { claimLink } from './articles.ts';
import type { PageContent } from './shell.ts';
import { section, stanceLabel } from './words.ts';

/** Quotes shown of one claim, and of all: the page stays under 100 KB, and `claims retag --json` has more. */
const perClaimMax = 8;
const shownMax = 60;

/** What happens to a quote, as a tag beside it. */
const kindWords: Readonly<Record<ArticleChange['kind'], string>> = {
  gained: 'gained',
  lost: 'lost',
  stance: 'changes stance',
  counted: 'counts now',
  uncounted: 'waits for review',
  quote: 'other words',
};

/** Draws the preview. `session` null = nobody is signed in, so nothing can be applied here. */
export function retagPage(
  preview: RetagPreview,
  draw: { readonly session: WebSession | null; readonly statements: ReadonlyMap<string, string> },
): PageContent {
  const body = [
    html`<p class="meta"><a href="/settings">Settings</a> / rules</p><h1>What would change</h1>`,
    preview.articleCount === 0
      ? drawNothing()
      : [drawSummary(preview, draw.session), drawClaims(preview, draw.statements)],
  ];
  return { title: 'What would change', place: null, body };
}

function drawNothing(): View {
  return html`<p class="lead">All stored articles were judged by the rules in the ledger file. Nothing would change.</p>
    <p class="sub">Change a claim in <code>ledger.yaml</code>, or add one, and open this page again. <code>claimledger claims check</code> tells whether its examples hold.</p>`;
}

function drawSummary(preview: RetagPreview, session: WebSession | null): View {
  const { answerCount, articleCount, articlesLeftOut, counts } = preview;
  const answers =
    answerCount > 0 &&
    ` ${countOf(answerCount, 'answer')} by people ${answerCount === 1 ? 'stays as it is' : 'stay as they are'}.`;
  const read = `${countOf(articleCount, 'stored article')} read with the rules in the ledger file${articlesLeftOut > 0 ? `; ${articlesLeftOut} more would be judged too` : ''}. Nothing has been changed yet.`;
  return html`<p class="lead">${describeChanges(counts)}.${answers}</p><p class="sub">${read}</p>
    ${
      session === null
        ? html`<p class="sub"><code>claimledger claims retag --apply</code> changes it; with <code>CLAIMLEDGER_TOKEN</code> set, so does a button here.</p>`
        : html`<form method="post" action="/settings/retag"><input type="hidden" name="csrf" value=${session.csrf} /><button class="filled">Apply</button></form>`
    }`;
}

function drawClaims(preview: RetagPreview, statements: ReadonlyMap<string, string>): View {
  const shown = preview.changes.slice(0, shownMax);
  const byClaim = Map.groupBy(shown, ({ claim }) => claim);
  return [...byClaim].map(([claim, changes], index) => {
    const counts = preview.byClaim[claim];
    const total = counts === undefined ? 0 : Object.values(counts).reduce((sum, count) => sum + count, 0);
    const own = changes.slice(0, perClaimMax);
    return section({
      id: `claim-${index + 1}`,
      heading: showLine(statements.get(claim) ?? claim),
      note: [claimLink(claim, statements), counts !== undefined && ` · ${describeChanges(counts)}`],
      body: [own.map(drawChange), total > own.length && html`<p class="meta">and ${total - own.length} more</p>`],
    });
  });
}

function drawChange(change: ArticleChange): View {
  const { before, after, kind } = change;
  const side = after ?? before;
  if (side === null) return null;
  const isOther = before !== null && after !== null && before.quote !== after.quote;
  return html`<figure class="quote ${side.stance}">
    <p class="who"><span class="tag">${kindWords[kind]}</span> ${before !== null && after !== null && before.stance !== after.stance && [drawStance(before), ' → ']}${drawStance(side)}</p>
    <blockquote dir="auto">${isOther && html`<p><del><span class="vh">deleted: </span>${wordsOf(before)}</del></p>`}<p>${kind === 'lost' ? html`<del><span class="vh">deleted: </span>${wordsOf(side)}</del>` : wordsOf(side)}</p></blockquote>
    <figcaption class="meta"><span dir="auto">${link(`/articles/${change.articleId}`, showLine(change.title) || 'Without a title')}</span></figcaption>
  </figure>`;
}

function drawStance({ stance }: { readonly stance: Stance }): View {
  return stanceLabel(stance);
}

function wordsOf({ quote }: QuoteSide): string {
  return quoteText(showLine(shortenQuote(quote).text), null);
}
