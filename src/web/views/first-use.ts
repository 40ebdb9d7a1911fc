import { countOf } from '#src/core/digest/digest.ts';
import { formatClock, formatLive, formatLongDay, localDay } from '#src/core/display/time.ts';
import { html, type View } from '../html.ts';
import { emptyLedger } from './claims.ts';
import type { PageContent } from './shell.ts';

/** What is known before the first digest. Instants are RFC 3339; null = not yet, or not planned. */
export type FirstUse = {
  readonly now: Temporal.Instant;
  readonly zone: string;
  readonly claimCount: number;
  readonly sourceCount: number;
  readonly pageCount: number;
  readonly mailCount: number;
  readonly visitedCount: number;
  readonly firstVisitAt: string | null;
  readonly quoteCount: number;
  readonly firstDigestAt: string | null;
};

/** What stands in place of today's digest until there is one. */
export function firstUsePage(facts: FirstUse): PageContent {
  const { now, zone } = facts;
  const body = [
    html`<p class="meta">${formatLongDay(localDay(now, zone))}, ${formatClock(now.toString(), zone)}</p><h1>${writeHeadline(facts)}</h1>`,
    facts.claimCount === 0 ? emptyLedger() : drawSteps(facts),
  ];
  return { title: 'Nothing to read yet', place: 'today', body };
}

function writeHeadline(facts: FirstUse): string {
  if (facts.sourceCount === 0) return 'Nothing to read yet. This ledger has no sources.';
  if (facts.visitedCount > 0)
    return `Nothing to read yet. ${facts.visitedCount} of ${countOf(facts.sourceCount, 'source')} visited so far.`;
  const { firstVisitAt, now, zone } = facts;
  const isLater = firstVisitAt !== null && Temporal.Instant.compare(firstVisitAt, now) > 0;
  return `Nothing to read yet. The first visit to your sources starts ${isLater ? `at ${formatClock(firstVisitAt, zone)}` : 'now'}.`;
}

function drawSteps(facts: FirstUse): View {
  const { zone, now, firstDigestAt, quoteCount } = facts;
  const digestAt = firstDigestAt === null ? 'soon' : formatLive(firstDigestAt, { zone, now });
  const isVisited = facts.visitedCount >= facts.sourceCount;
  const watched = `${countOf(facts.sourceCount, 'source')} and ${countOf(facts.pageCount, 'cited page')}`;
  const mail =
    facts.mailCount === 0 ? 'Here on this page.' : `Here, and as a mail to ${countOf(facts.mailCount, 'reader')}.`;
  const quotes = quoteCount > 0 ? html` <a href="/?since=24h">See the first ${countOf(quoteCount, 'quote')}</a>` : null;
  return html`<p class="lead">claimledger follows ${countOf(facts.claimCount, 'claim')} in ${watched}. It collects who said what, in which words. You will see the first quotes here; the first daily summary comes ${digestAt}.</p>
    <ol class="steps">
      ${drawStep({ name: 'Ledger read', state: 'done', words: html`${countOf(facts.claimCount, 'claim')}, from <code>ledger.yaml</code>. <a href="/claims">See the claims</a>` })}
      ${drawStep({ name: 'Visit the sources', state: isVisited ? 'done' : 'next', words: html`${watched}, one at a time and slowly, so that no site is burdened. <a href="/sources">See the sources</a>` })}
      ${drawStep({ name: 'First quotes', state: quoteCount > 0 ? 'done' : null, words: html`Articles about your topics are kept and their quotes are matched to the claims.${quotes}` })}
      ${drawStep({ name: 'First daily summary', state: null, when: digestAt, words: `${mail} Without a mail server it is written to a file in the data directory.` })}
    </ol>
    <section aria-labelledby="wait"><h2 id="wait">Do not want to wait?</h2>
      <p>Fetch everything now, then reload this page:</p>
      <pre tabindex="0">npm run --silent claimledger -- run --until-idle --all</pre>
      <p>See every page with an invented press, without the network:</p>
      <pre tabindex="0">npm run demo</pre></section>`;
}

type Step = {
  readonly name: string;
  readonly state: 'done' | 'next' | null;
  readonly when?: string;
  readonly words: View;
};

function drawStep({ name, state, when = '', words }: Step): View {
  const word =
    state === null
      ? when
      : html`<span class="state ${state === 'done' ? 'working' : 'waiting'}"><i class="mark"></i>${state === 'done' ? 'Done' : 'Next'}</span>`;
  return html`<li><div><h2>${name}</h2><p>${words}</p></div><p class="meta">${word}</p></li>`;
}
