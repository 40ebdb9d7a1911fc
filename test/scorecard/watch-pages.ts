/** Pages of an invented controversy with a script of what becomes of each: edits, cosmetic noise, and ways not to be looked at. */

import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { SiteAnswer } from './site.ts';

/** What can become of a page from one visit to the next. The first group are edits, the second none, the third hide the page. */
export const edits = ['altered', 'gone', 'back', 'moved', 'elsewhere', 'headline', 'corrected'] as const;
export const noises = ['unchanged', 'cosmetic'] as const;
export const troubles = [
  'status 403',
  'status 404',
  'status 429',
  'status 503',
  'timeout',
  'cut short',
  'bot check',
  'consent form',
  'paywall',
  'says not found',
  'redirect to home',
  'redirect to sign-in',
  'another page',
  'robots.txt',
] as const;

/** One step of a script. */
export type Step = (typeof edits)[number] | (typeof noises)[number] | (typeof troubles)[number];

/** What stands on the page now, and what must be known of it after a visit. */
export type Expected = {
  /** Versions that must be stored. */
  readonly versionCount: number;
  /** The state of the followed quote beside its first wording. */
  readonly state: 'present' | 'moved' | 'altered' | 'gone';
  readonly words: string | null;
  readonly isUnseen: boolean;
};

/** A page with its script; `step` is where it is. */
export type ScriptedPage = {
  readonly index: number;
  readonly path: string;
  readonly quote: string;
  readonly script: readonly Step[];
};

const towns = ['Aldmoor', 'Bexley', 'Corrin', 'Dunmere', 'Elsworth', 'Farrow', 'Galden', 'Hareby', 'Instow', 'Jarrold'];
const people = ['Ada Brandt', 'Ngozi Adeyemi', 'Tom Halloran', 'Ines Duarte', 'Wei Lan', 'Piotr Zielin', 'Sara Holm'];
const fillers = [
  'The council meets again on the first day of the month to hear the harbour master and the owners of the boats.',
  'Boats have been kept away from the northern shore since spring, and the wardens count the birds each week.',
  'A second report is being written by a firm from the capital, which has not said when it will be ready.',
  'Families who rent the cottages by the water have asked for their money back and wait for an answer.',
  'The old mill was turned into an office years ago; its archive holds the plans of every pipe in the valley.',
  'Nobody at the town hall could say on Monday how many samples had been taken, or by whom they were kept.',
];
const pointers = ['Read next: Ferries run late again', 'Read next: Ten walks for the autumn', 'Related stories'];

/** `count` pages with scripts of `length` steps; the same seed gives the same ones. */
export function writeScripts(count: number, length: number, random: () => number): readonly ScriptedPage[] {
  const pick = <Value>(values: readonly Value[], at: number): Value => {
    const value = values[at % values.length];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  return Array.from({ length: count }, (_, index) => ({
    index,
    path: `/2025/${index}-lake-story.html`,
    quote: `Riverton Water poisoned the lake at ${pick(towns, index)} with ${20 + index} tons of lime, the inspector ${pick(people, index)} said.`,
    script: Array.from({ length }, (__, at): Step => {
      const group = random();
      // Every kind comes on some page in every round: the index walks through them, chance only mixes the groups.
      if (group < 0.45) return pick(edits, index + at * 3);
      return group < 0.6 ? pick(noises, index + at) : pick(troubles, index + at * 5);
    }),
  }));
}

/** The text of a page as its steps left it. */
type Content = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly state: Expected['state'];
  readonly words: string | null;
};

/** What must be known of a page after it was visited once in each of its first `stepCount` steps. */
export function expectAfter(page: ScriptedPage, stepCount: number): Expected {
  let seen = contentAt(page, 0);
  let versionCount = 1;
  for (let at = 1; at <= stepCount; at += 1) {
    if (isTrouble(page.script[at - 1])) continue;
    const now = contentAt(page, at);
    if (now.title !== seen.title || now.lines.join('\n') !== seen.lines.join('\n')) versionCount += 1;
    seen = now;
  }
  const { state, words } = seen;
  return { versionCount, state, words, isUnseen: stepCount > 0 && isTrouble(page.script[stepCount - 1]) };
}

function isTrouble(step: Step | undefined): boolean {
  return troubles.some((trouble) => trouble === step);
}

/** The content after so many steps; troubles and noise leave it as it is. */
function contentAt(page: ScriptedPage, stepCount: number): Content {
  const { quote, index } = page;
  const other = `Riverton Water spent $5.${1 + (index % 3)} million on its plant, the accounts of the year show.`;
  const own = fillers.map(
    (line, at) => `${line.slice(0, -1)}, as the paper of ${towns[(index + at) % towns.length]} wrote.`,
  );
  let title = `The lake at ${towns[index % towns.length]} and the lime`;
  let state: Content['state'] = 'present';
  let words: string | null = null;
  let extra: readonly string[] = [];
  let note: readonly string[] = [];
  for (const [at, step] of page.script.slice(0, stepCount).entries()) {
    if (step === 'headline') title = `${title.replace(/, part \d+$/, '')}, part ${at + 2}`;
    else if (step === 'elsewhere')
      extra = [...extra, `The mayor added on day ${at + 2} that the wells were being looked at.`];
    else if (step === 'altered') {
      state = 'altered';
      words = quote.replace(/with \d+ tons/, `with as much as ${300 + at} tons`);
    } else if (step === 'gone' || step === 'corrected' || step === 'back' || step === 'moved') {
      state = step === 'corrected' ? 'gone' : step === 'back' ? 'present' : step;
      words = null;
      if (step === 'corrected')
        note = [
          `Correction: An earlier version of this story, read on day ${at + 1}, held this sentence. ${quote} It was wrong.`,
        ];
    }
  }
  const [first = '', second = '', third = '', ...rest] = own;
  const said = state === 'gone' ? [] : [words ?? quote];
  const lines =
    state === 'moved'
      ? [first, second, third, other, ...rest, ...extra, ...said, ...note]
      : [first, second, ...said, third, other, ...rest, ...extra, ...note];
  return { title, lines, state, words };
}

/** How a page answers while it is at a step; `turn` counts its requests, so that noise never comes twice. */
export function answerAt(
  page: ScriptedPage,
  stepCount: number,
  turn: number,
): SiteAnswer | ((response: ServerResponse) => void) {
  const step = stepCount === 0 ? 'unchanged' : page.script[stepCount - 1];
  switch (step) {
    case 'status 403':
    case 'status 404':
    case 'status 503':
      return { status: Number(step.slice(-3)), body: '<h1>Sorry</h1>' };
    case 'status 429':
      return { status: 429, headers: { 'retry-after': '7200' } };
    case 'timeout':
      return (response) => void pause(5_000, null, { ref: false }).then(() => response.end());
    case 'cut short':
      return (response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '90000' });
        response.write('<html><body><p>The beginning', () => response.destroy());
      };
    case 'redirect to home':
      return { status: 302, headers: { location: '/' } };
    case 'redirect to sign-in':
      return { status: 302, headers: { location: `/login?next=${page.path}` } };
    default:
      return html(wallAt(step) ?? drawPage(page, stepCount, turn));
  }
}

/** The page that stands in the place of the article with status 200; null when the article itself does. */
function wallAt(step: Step | undefined): string | null {
  const walls: Partial<Record<Step, readonly [title: string, text: string]>> = {
    'bot check': ['Just a moment...', 'Checking your browser. Enable JavaScript and cookies to continue.'],
    'consent form': [
      'Before you continue',
      'We and our partners use cookies. Accept all or reject all. Manage your choices.',
    ],
    paywall: ['The lake', 'Subscribe to continue reading. Already a subscriber? Log in to read this article.'],
    'says not found': ['Page not found', 'The page you are looking for does not exist.'],
    'another page': [
      'Valley Offers',
      `${fillers[0]?.toUpperCase()} Buy garden chairs, tables and lamps here at half the price of last year.`,
    ],
  };
  const wall = step === undefined ? undefined : walls[step];
  return wall === undefined
    ? null
    : `<!doctype html><title>${wall[0]}</title><body><h1>${wall[0]}</h1><p>${wall[1]}</p></body>`;
}

/** The article with the furniture of its site, which is new with every answer where the page makes noise. */
function drawPage(page: ScriptedPage, stepCount: number, turn: number): string {
  const { title, lines } = contentAt(page, stepCount);
  const isNoisy = page.index % 2 === 0 || page.script[stepCount - 1] === 'cosmetic';
  const noise = isNoisy ? turn + stepCount * 7 : 0;
  const style = (text: string): string =>
    noise % 3 === 1 ? text.replaceAll(' the ', ' the\u00a0').replaceAll('-', '\u2011') : text;
  const paragraphs = lines.map(
    (line, at) => `<p>${style(line)}</p>${at === 2 ? '<p>Advertisement</p>'.repeat(noise % 2) : ''}`,
  );
  return `<!doctype html><html lang="en"><head><title>${title} | Valley Post</title><meta name="token" content="${noise}"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport ${noise}</a></nav>
<article><h1>${title}</h1><p>Updated ${1 + (noise % 28)} January 2025, ${10 + (noise % 9)}:05 GMT</p><p>${3 + noise} comments</p>
${paragraphs.join('\n')}<p>${pointers[noise % pointers.length]}</p></article>
<aside><h2>Most read</h2><ul><li><a href="/a/${noise}">Ferries ${noise}</a></li><li><a href="/b">Walks</a></li></ul></aside>
<footer>Valley Post, visit ${noise}</footer></body></html>`;
}

function html(body: string): SiteAnswer {
  return { headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
