import { captionWords, formatSecond, type Spoken, timedUrl } from '#src/core/caption/spoken.ts';
import type { Stance } from '#src/core/digest/balance.ts';
import type { DigestQuote, GivenAnswer } from '#src/core/digest/digest.ts';
import { describeChange, describeUnseen, type ShownChange } from '#src/core/display/change.ts';
import { nameSpeaker } from '#src/core/display/digest.ts';
import { describeRepeated } from '#src/core/display/story.ts';
import { foreignLanguage, quoteText, shortenQuote, showLine } from '#src/core/display/text.ts';
import type { Calendar } from '#src/core/display/time.ts';
import type { DiffPart } from '#src/core/watch/version-diff.ts';
import { html, link, type View } from '../html.ts';
import { drawPart } from './versions.ts';
import { dotted, stanceLabel, time } from './words.ts';

/** A quote as a figure: stance and speaker, the words, then where and when. `isLarge` for the one that a page leads with. */
export function quoteFigure(
  quote: DigestQuote,
  options: {
    readonly calendar: Calendar;
    readonly isLarge?: boolean;
    /** Every stance that these words take; the quote's own when left out. */
    readonly stances?: readonly Stance[];
  },
): View {
  const { text, isShortened } = shortenQuote(quote.quote);
  const place = `/articles/${quote.articleId}#e${quote.taggingId}`;
  const outlet = showLine(quote.outlet);
  // Digests that were frozen before quotes were followed have neither key.
  const change = quote.change ? describeChange(quote.change, options.calendar) : null;
  const unseen = quote.unseen ?? null;
  const context = [isShortened ? 'more' : 'read in context', html`<span class="vh">, ${outlet}</span>`];
  return html`<figure class="quote ${quote.stance}${options.isLarge === true ? ' large' : ''}">
    <p class="who">${(options.stances ?? [quote.stance]).map((stance) => [stanceLabel(stance), ' '])}<b dir="auto">${nameSpeaker(quote)}</b></p>
    <blockquote lang=${quote.lang} dir="auto"><p>${change?.parts ? drawAltered(change.parts, quote.lang) : [quoteText(text, quote.lang), isShortened && ' […]']}</p></blockquote>
    <figcaption class="meta">${dotted([
      html`<b dir="auto">${outlet}</b>`,
      quoteTime(quote, options.calendar),
      languageNote(quote.lang),
      quote.field === 'title' && quote.textFrom !== 'headline' ? 'from the headline' : null,
      quote.textFrom === 'headline' && html`<span class="tag">headline only</span>`,
      quote.spoken != null && spokenNote(quote.spoken, quote.url),
      link(place, context),
      describeRepeated(quote.repeated),
      answerNote(quote.answer ?? null),
      judgeNote(quote.judgedBy ?? null),
    ])}${change !== null && drawChange(quote, change)}${unseen !== null && html`<br />${describeUnseen(unseen, options.calendar)}`}</figcaption>
  </figure>`;
}

/** An altered quote between its marks, with what was struck and put in. */
export function drawAltered(parts: readonly DiffPart[], lang: string | null): View {
  const [open = '', close = ''] = quoteText('\n', lang).split('\n');
  return [open, parts.map(drawPart), close];
}

function drawChange(quote: DigestQuote, change: ShownChange): View {
  const versions = html`<a href=${`/articles/${quote.articleId}#versions`}>compare the versions<span class="vh">, ${showLine(quote.outlet)}</span></a>`;
  return html`<br /><span class="tag">${change.tag}</span> ${change.between} ${versions}`;
}

/** "confirmed by Ada", "stance set by Ada". */
export function answerNote(answer: GivenAnswer | null): View {
  if (answer === null) return null;
  return `${answer.verdict === 'confirm' ? 'confirmed' : 'stance set'} by ${showLine(answer.by)}`;
}

/** "decided by the judge small-model": not a person, and not our rules. */
export function judgeNote(model: string | null): View {
  return model === null ? null : `decided by the judge ${showLine(model)}`;
}

/** Whose captions a quote stands in, and the moment at which it is said, which leads to the recording there. */
export function spokenNote(spoken: Spoken, url: string | null): View {
  const { kind, second } = spoken;
  const words = kind === 'automatic' ? html`<span class="tag">${captionWords[kind]}</span>` : captionWords[kind];
  if (second === null) return words;
  const at = `at ${formatSecond(second)}`;
  return [words, ' ', url === null ? at : link(timedUrl(url, second), at)];
}

/** "in German" for outside languages. */
export function languageNote(lang: string | null): View {
  const language = foreignLanguage(lang);
  return language === null ? null : `in ${language}`;
}

function quoteTime(quote: DigestQuote, calendar: Calendar): View {
  const published = quote.publishedAt === null ? null : time(quote.publishedAt, calendar);
  return published ?? ['seen ', time(quote.storedAt, calendar)];
}
