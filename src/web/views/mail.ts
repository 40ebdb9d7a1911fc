/** The pages about the daily mail: ask for it, confirm it, choose what it tells, stop it. */
import { languageName, showLine } from '#src/core/display/text.ts';
import { html, type View } from '../html.ts';
import type { FormMistake, MailFormValues } from '../mail-form.ts';
import type { PageContent } from './shell.ts';

/** Languages that the form offers; a ledger file may name any other that dates can be written in. */
const offeredLanguages = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'cs',
  'ru',
  'uk',
  'zh',
  'ja',
  'hi',
] as const;

/** The form. `settingsOf` is the address whose choices are changed; null when somebody new asks. */
export type MailForm = {
  readonly values: MailFormValues;
  readonly mistakes: readonly FormMistake[];
  readonly claims: readonly { readonly id: string; readonly short: string }[];
  readonly settingsOf: string | null;
  readonly wasSaved: boolean;
};

/** The form that asks for the daily mail, or changes what it tells. */
export function subscribePage(form: MailForm): PageContent {
  const title = form.settingsOf === null ? 'The digest by mail' : `The daily mail to ${maskAddress(form.settingsOf)}`;
  const { values } = form;
  const body = [
    html`<h1>${title}</h1>`,
    form.settingsOf === null &&
      html`<p>One mail a day says what is new about the claims. First we send you a link; the daily mail starts when you open it and confirm. Every mail has a link that stops it.</p>`,
    form.wasSaved && html`<p role="status"><b>Saved.</b> It counts from the next mail on.</p>`,
    form.mistakes.length > 0 &&
      html`<div class="notice" role="alert"><h2>Please correct</h2><ul>${form.mistakes.map(({ words }) => html`<li>${words}</li>`)}</ul></div>`,
    html`<form class="fields" method="post">
      ${form.settingsOf === null && html`<p><label for="address">Your address</label><input id="address" name="address" type="email" autocomplete="email" required value=${values.address} /></p>`}
      <p><label for="time">Time of day</label><input id="time" name="time" type="time" required value=${values.time} /></p>
      <p><label for="zone">Time zone</label><input id="zone" name="zone" required value=${values.zone} aria-describedby="zone-note" /><span class="meta" id="zone-note">such as Europe/Berlin or UTC</span></p>
      <p><label for="dates">Dates in</label><select id="dates" name="dates">${listLanguages(values.dates).map((tag) => html`<option value=${tag} selected=${tag === values.dates}>${languageName(tag)}</option>`)}</select></p>
      <p><label for="empty">On a day without news</label><select id="empty" name="empty"><option value="send" selected=${values.empty === 'send'}>send a short mail</option><option value="skip" selected=${values.empty === 'skip'}>send nothing</option></select></p>
      ${form.claims.length > 0 && drawClaims(form)}
      <p><button class="filled">${form.settingsOf === null ? 'Send me the link' : 'Save'}</button></p>
    </form>`,
  ];
  return { title, place: null, body };
}

function drawClaims({ claims, values }: MailForm): View {
  return html`<fieldset><legend>Only these claims <span class="meta">(none ticked: all of them)</span></legend>${claims.map(
    ({ id, short }) =>
      html`<label class="tick"><input type="checkbox" name="claims" value=${id} checked=${values.claims.includes(id)} /> ${showLine(short)}</label>`,
  )}</fieldset>`;
}

function listLanguages(chosen: string): readonly string[] {
  return offeredLanguages.some((tag) => tag === chosen) ? offeredLanguages : [chosen, ...offeredLanguages];
}

/** What the form answers, whoever asked. */
export function subscribedPage(): PageContent {
  const title = 'Look into your mail';
  const body = html`<h1>${title}</h1><p>If we may write to that address, a message with a link is on its way. The daily mail starts when you open the link and confirm it.</p>`;
  return { title, place: null, body };
}

/** The page behind the link of the confirmation mail. `shorts` are the claims that were chosen; null = all. */
export function confirmPage(
  wish: { readonly address: string; readonly localTime: string; readonly zone: string },
  shorts: readonly string[] | null,
): PageContent {
  const title = `Start the daily mail to ${maskAddress(wish.address)}?`;
  const about = shorts === null ? 'all claims' : shorts.map(showLine).join(', ');
  const body = html`<h1>${title}</h1><p>Every day at ${wish.localTime} (${wish.zone}), about ${about}.</p>
    <form method="post"><button class="filled">Start the mail</button></form>`;
  return { title, place: null, body };
}

/** Whether a reader gets the mail, and the button that changes it. `wasAsked` = they only look; nothing was changed by that. */
export function mailStatePage(
  reader: { readonly address: string; readonly localTime: string; readonly zone: string; readonly stoppedAt: unknown },
  options: { readonly tokens: { readonly stop: string; readonly start: string }; readonly wasAsked: boolean },
): PageContent {
  const { tokens, wasAsked } = options;
  const address = maskAddress(reader.address);
  if (reader.stoppedAt !== null) {
    const title = wasAsked ? `The daily mail to ${address} is stopped` : 'Stopped. No mail will be sent from now on.';
    return {
      title,
      place: null,
      body: [html`<h1>${title}</h1>`, button(`/mail/start/${tokens.start}`, 'Start again')],
    };
  }
  if (wasAsked) {
    const title = `Stop the daily mail to ${address}?`;
    return {
      title,
      place: null,
      body: [html`<h1>${title}</h1>`, button(`/mail/stop/${tokens.stop}`, 'Stop the mail')],
    };
  }
  const title = `Started. The mail to ${address} comes every day at ${reader.localTime} (${reader.zone}).`;
  return { title, place: null, body: [html`<h1>${title}</h1>`, button(`/mail/stop/${tokens.stop}`, 'Stop the mail')] };
}

function button(action: string, words: string): View {
  return html`<form method="post" action=${action}><button class="filled">${words}</button></form>`;
}

/** Enough of an address for its owner to know it, and for nobody else: "m…@example.org". */
function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${[...address].slice(0, 1).join('')}…${address.slice(at)}`;
}
