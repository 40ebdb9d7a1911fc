/** What the next mails would say, for the operator. */
import type { MailPreview } from '#jobs/preview-mail.ts';
import { calendarOf, formatMoment } from '#src/core/display/time.ts';
import type { Reader } from '#src/io/db/readers.ts';
import { html, type View } from '../html.ts';
import type { PageContent } from './shell.ts';

/** The readers, each with a link to the next mail. */
export function previewListPage(readers: readonly Reader[]): PageContent {
  const title = 'The next mails';
  const none = html`<p>Nobody gets the mail. Add a reader under <code>digest.readers</code> in <code>ledger.yaml</code>.</p>`;
  const rows = readers.map(
    (reader) =>
      html`<li><a href="/mail/preview/${encodeURIComponent(reader.id)}">${reader.id}</a> <span class="meta">${describeReader(reader)}</span></li>`,
  );
  return { title, place: null, body: [html`<h1>${title}</h1>`, readers.length === 0 ? none : html`<ul>${rows}</ul>`] };
}

function describeReader({ stoppedAt, suspendedReason, localTime, zone, claims }: Reader): string {
  if (stoppedAt !== null) return 'stopped the mail';
  if (suspendedReason !== null) return `gets no mail: ${suspendedReason}`;
  const about = claims === null ? 'all claims' : claims.join(', ');
  return `every day at ${localTime} (${zone}), ${about}`;
}

/** One mail: when it is due, its subject, and its words as plain text; as a mail program draws it, in the file. */
export function previewPage({ readerId, dueAt, zone, content, mail }: MailPreview): PageContent {
  const title = `The next mail to ${readerId}`;
  const due = formatMoment(dueAt.toString(), calendarOf(content.date, zone));
  const file = `/mail/preview/${encodeURIComponent(readerId)}/message.eml`;
  const body: View = html`<h1>${title}</h1>
    <p class="meta">Due ${due} (${zone}). This is what it would say now.</p>
    <dl class="dated"><dt>Subject</dt><dd>${mail.subject}</dd><dt>Preview line</dt><dd>${mail.preheader}</dd></dl>
    <p><a href=${file}>Open it in your mail program</a></p>
    <pre class="mail" tabindex="0" aria-label="The mail as plain text">${mail.text}</pre>`;
  return { title, place: null, body };
}
