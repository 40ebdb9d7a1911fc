/** Settings of whoever reads the pages, and where the operator finds the rest. */
import { countOf } from '#src/core/digest/digest.ts';
import { html } from '../html.ts';
import type { PageContent } from './shell.ts';
import { section } from './words.ts';

/** The keys of `keys.js`, which is optional: everything they do has a link or a button. */
const keys = [
  ['/', 'search'],
  ['j', 'next quote'],
  ['k', 'previous quote'],
  ['o', 'open the quote in context'],
  ['1', 'on review: supports'],
  ['2', 'on review: reports'],
  ['3', 'on review: disputes'],
  ['0', 'on review: not about this claim'],
  ['s', 'on review: skip'],
  ['u', 'on review: undo the last answer'],
  ['?', 'this list'],
] as const;

/** Draws the settings. `outdatedCount` are stored articles that stand by earlier rules. */
export function settingsPage(facts: {
  readonly zone: string;
  readonly claimCount: number;
  readonly outdatedCount: number;
  readonly canSubscribe: boolean;
}): PageContent {
  const { zone, claimCount, outdatedCount, canSubscribe } = facts;
  const outdated =
    outdatedCount === 0
      ? 'All stored articles were judged by the rules in force.'
      : `${countOf(outdatedCount, 'stored article')} ${outdatedCount === 1 ? 'was' : 'were'} judged by earlier rules.`;
  const body = [
    html`<h1>Settings</h1><p class="sub">The ledger is a file: <code>ledger.yaml</code> holds its claims, sources, readers and times. What stands here is about reading.</p>`,
    section({
      id: 'rules',
      heading: 'Claims and their rules',
      body: html`<p>${countOf(claimCount, 'claim')}. ${outdated}</p>
        <p class="sub">Change a claim in the file, or add one; then see which quotes it would gain and lose, before anything is changed.</p>
        <p><a class="button" href="/settings/retag">What would change</a></p>`,
    }),
    section({
      id: 'mail',
      heading: 'The daily mail',
      body: html`<p>Days begin and times are written in the zone ${zone}. Each reader's claims, time, zone and whether an empty day brings a mail stand under <code>digest.readers</code>, or behind the links in their mails.</p>
        <p><a href="/mail/preview">What the next mails would say</a>${canSubscribe && html` · <a href="/subscribe">Get the mail</a>`}</p>`,
    }),
    section({
      id: 'keys',
      heading: 'Keys',
      note: 'off while you type in a field',
      body: html`<dl class="dated keys">${keys.map(([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`)}</dl>
        <p id="keys-off" hidden><button type="button" class="plain">Switch the keys off in this browser</button></p>
        <p id="keys-on" hidden><button type="button" class="plain">Switch the keys on again</button></p>`,
    }),
  ];
  return { title: 'Settings', place: null, body };
}
