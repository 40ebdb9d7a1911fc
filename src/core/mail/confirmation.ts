/** The mail that asks whether an address really wants the daily mail. */
import { safeHref } from '#src/core/display/link.ts';
import { markup } from '#src/core/display/markup.ts';
import { showLine } from '#src/core/display/text.ts';
import { wrapText } from '#src/core/display/wrap.ts';

/** An address that did not confirm is deleted after this many days. */
export const confirmWithinDays = 7;

const width = 74;
/** Longest name of a ledger in a subject, so that the line stays under 70 characters. */
const nameLengthMax = 36;

/** Both parts of the confirmation mail. `url` leads to the page with the button; opening it changes nothing yet. */
export function renderConfirmationMail(options: { readonly ledger: string; readonly url: string }): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const name = showLine(options.ledger);
  const subject = `Confirm the daily mail: ${name.slice(0, nameLengthMax)}`;
  const asked = `Somebody, probably you, asked for the daily mail of “${name}” to this address. It starts only when you confirm it.`;
  const ignored = `If it was not you, do nothing: no more mail comes, and the address is deleted after ${confirmWithinDays} days.`;
  const href = safeHref(options.url);
  const text = [
    ...wrapText(asked, { width }),
    '',
    'Start the daily mail',
    options.url,
    '',
    ...wrapText(ignored, { width }),
    '',
  ];
  const html = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title></head>
<body><div role="article" aria-label="${subject}" lang="en"><h1 style="font-size:22px;line-height:29px">Do you want this mail every day?</h1>
<p style="font-size:16px;line-height:24px">${asked}</p>
<p style="font-size:16px;line-height:24px"><a href="${href ?? ''}">Start the daily mail</a></p>
<p style="font-size:16px;line-height:24px">${ignored}</p></div></body></html>
`.html;
  return { subject, text: text.join('\n'), html };
}
