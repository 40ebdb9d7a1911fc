/** What the rules were not sure about, one card a quote, and the answers to it. */
import { stances } from '#src/core/digest/balance.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeDoubts } from '#src/core/display/explanation.ts';
import { quoteText, showLine } from '#src/core/display/text.ts';
import type { Calendar } from '#src/core/display/time.ts';
import type { ReviewCard, WaitingCount } from '#src/io/db/reviews.ts';
import type { StoredVerdict } from '#src/io/db/verdicts.ts';
import { signInHref } from '../forms.ts';
import { html, link, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import { languageNote, spokenNote } from './quote.ts';
import type { PageContent } from './shell.ts';
import { dotted, stanceLabel, stanceWords, time } from './words.ts';

/** The page of the review. `last` is the newest answer of this session; `session` null = nobody is signed in. */
export type ReviewPage = {
  readonly cards: readonly ReviewCard[];
  readonly counts: readonly WaitingCount[];
  readonly claim: string | null;
  readonly session: WebSession | null;
  readonly last: StoredVerdict | null;
  readonly hasToken: boolean;
  readonly calendar: Calendar;
};

/** The address of the review, of one claim if given, at one card. */
export function reviewHref(at: { readonly claim: string | null; readonly card: number | null }): string {
  const query = at.claim === null ? '' : `?claim=${encodeURIComponent(at.claim)}`;
  return `/review${query}${at.card === null ? '' : `#q${at.card}`}`;
}

/** Draws the review. */
export function reviewPage(page: ReviewPage): PageContent {
  const total = page.counts.reduce((sum, { count }) => sum + count, 0);
  const waiting = page.claim === null ? total : (page.counts.find(({ claim }) => claim === page.claim)?.count ?? 0);
  const words =
    waiting === 0
      ? 'Nothing to review. The rules were sure about everything.'
      : `${countOf(waiting, 'quote')} the rules were not sure about. Your answer stays: no later rule overwrites it.`;
  const body = [
    html`<div class="top"><h1>Review</h1>${page.counts.length > 0 && drawFilter(page)}</div>`,
    html`<p class="sub">${words}</p>`,
    drawAccess(page),
    page.last !== null && drawLast(page.last, page),
    html`<div class="cards">${page.cards.map((card, index) => drawCard(card, { page, next: page.cards[index + 1] ?? null }))}</div>`,
    waiting > page.cards.length && html`<p class="meta">${waiting - page.cards.length} more after these.</p>`,
  ];
  return { title: 'Review', place: 'review', body };
}

function drawFilter(page: ReviewPage): View {
  const all = page.claim === null ? html`<b>all</b>` : html`<a href="/review">all</a>`;
  const claims = page.counts.map(({ claim, count }) =>
    claim === page.claim
      ? html`<b>${claim} ${count}</b>`
      : html`<a href=${reviewHref({ claim, card: null })}>${claim} ${count}</a>`,
  );
  return html`<p class="meta">Claim: ${dotted([all, ...claims])}</p>`;
}

function drawAccess({ session, hasToken, claim }: ReviewPage): View {
  if (session !== null) {
    return html`<form method="post" action="/sign-out" class="inline meta"><input type="hidden" name="csrf" value=${session.csrf} />
      Signed in as ${showLine(session.name)}. <button class="plain">Sign out</button></form>`;
  }
  return hasToken
    ? html`<p class="meta"><a href=${signInHref(reviewHref({ claim, card: null }))}>Sign in</a> to answer.</p>`
    : html`<p class="meta">To answer here, start the service with <code>CLAIMLEDGER_TOKEN</code>; <code>claimledger review</code> answers on the command line.</p>`;
}

function drawLast(last: StoredVerdict, { session, claim }: ReviewPage): View {
  if (session === null) return null;
  const answer = last.verdict === 'reject' ? 'not about this claim' : last.stance;
  return html`<form method="post" action="/review/undo" class="inline meta" role="status"><input type="hidden" name="csrf" value=${session.csrf} />
    ${claim !== null && html`<input type="hidden" name="claim" value=${claim} />`}
    Saved: ${answer}. <button class="plain" data-key="u">Undo last answer</button></form>`;
}

type CardDrawing = { readonly page: ReviewPage; readonly next: ReviewCard | null };

function drawCard(card: ReviewCard, draw: CardDrawing): View {
  const { calendar } = draw.page;
  const published = card.publishedAt === null ? null : time(card.publishedAt, calendar);
  const context = link(`/articles/${card.articleId}#e${card.taggingId}`, [
    'read in context',
    html`<span class="vh">, ${showLine(card.outlet)}</span>`,
  ]);
  const meta = [
    html`<b dir="auto">${showLine(card.outlet)}</b>`,
    published ?? ['seen ', time(card.storedAt, calendar)],
    languageNote(card.lang),
    card.spoken !== null && spokenNote(card.spoken, card.url),
    card.field === 'title' && 'from the headline',
    context,
  ];
  return html`<section class="card" aria-labelledby="q${card.taggingId}">
    <p class="meta">Is this about the claim, and how?</p>
    <h2 id="q${card.taggingId}" tabindex="-1">${showLine(card.statement)}</h2>
    <p class="passage" lang=${card.lang} dir="auto">${card.before !== '' && html`<span class="around">${showLine(card.before)} </span>`}<mark>${quoteText(showLine(card.quote), card.lang)}</mark>${card.after !== '' && html`<span class="around"> ${showLine(card.after)}</span>`}</p>
    <p class="meta">${dotted(meta)}</p>
    ${drawGuess(card)}
    ${draw.page.session !== null && drawAnswers(card, { ...draw, session: draw.page.session })}
  </section>`;
}

function drawGuess(card: ReviewCard): View {
  const doubts = card.explanation === null ? [] : describeDoubts(card.explanation);
  const why = doubts.length === 0 ? 'The words match, but not surely enough.' : doubts.join(' ');
  return html`<p class="guess">Our guess: ${stanceLabel(card.stance)}${card.speaker !== null && html`, <span dir="auto">${showLine(card.speaker)}</span>`} <span class="meta" dir="auto">${why}</span></p>`;
}

function drawAnswers(card: ReviewCard, draw: CardDrawing & { readonly session: WebSession }): View {
  const { session, next, page } = draw;
  const buttons = stances.map((stance, index) => {
    const isGuess = stance === card.stance;
    return html`<button name="answer" value=${stance} class=${isGuess ? 'filled' : null} data-key=${index + 1}>${isGuess && 'Yes: '}${stanceWords[stance]}</button>`;
  });
  return html`<form method="post" action="/review/${card.taggingId}" class="answers">
    <input type="hidden" name="csrf" value=${session.csrf} />
    ${page.claim !== null && html`<input type="hidden" name="claim" value=${page.claim} />`}
    ${next !== null && html`<input type="hidden" name="next" value=${next.taggingId} />`}
    ${buttons}<button name="answer" value="reject" data-key="0">Not about this claim</button>
    ${next !== null && html`<a class="button" href="#q${next.taggingId}" data-key="s">Skip<span class="vh"> to the next quote</span></a>`}
  </form>`;
}
