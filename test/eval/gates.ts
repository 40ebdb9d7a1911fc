/**
 * What no change may fall below: the figures of the day the row was written, rounded down a little. A change that raises a figure
 * raises its row.
 */

/** One figure: where the printed report of a set says it (the first group of `at`), and the least or the most it may be. */
export type Gate = {
  readonly set: string;
  readonly name: string;
  readonly at: RegExp;
} & ({ readonly least: number } | { readonly most: number });

/** What became of a gate: the figure that was read, null when the report does not hold it. */
export type GateResult = { readonly gate: Gate; readonly figure: number | null; readonly isPassed: boolean };

const share = /([\d.]+)/.source;
const after = (heading: string, figure: string): RegExp => new RegExp(`^${heading}$[\\s\\S]*?${figure}`, 'm');
const feeds = (file: string): RegExp => after(`feeds, ${file}`, `without sanitize and chardet: \\S+ ${share}%`);
const body = (heading: string, figure: string): RegExp => after(`extraction: ${heading}`, `\\b${figure} ${share}`);
const claims = (heading: string, figure: string): RegExp => after(heading, `^  ${figure} ${share}`);

const bare = (set: string): RegExp => new RegExp(`^statements alone, ${set}: .* F1 ${share},`, 'm');

const labelled = 'real articles \\(dev\\)';
const passages = 'own passages';
const scrapinghub = 'article body, scrapinghub';
const news = 'article body and metadata, 2023 news';

/** Every gate, in the order of the sets. */
export const gates: readonly Gate[] = [
  { set: 'feeds', name: 'dev cases, %', at: feeds('dev-cases.json'), least: 99 },
  { set: 'feeds', name: 'own cases, %', at: feeds('own-cases.json'), least: 99 },
  { set: 'feeds', name: 'real cases, %', at: feeds('real-cases.json'), least: 97 },
  { set: 'extraction', name: 'scrapinghub body F1', at: body(scrapinghub, 'f1'), least: 0.972 },
  { set: 'extraction', name: 'scrapinghub accuracy', at: body(scrapinghub, 'accuracy'), least: 0.5 },
  { set: 'extraction', name: 'news body F1', at: body(news, 'f1'), least: 0.935 },
  { set: 'extraction', name: 'news title', at: body(news, 'title equal'), least: 0.95 },
  { set: 'extraction', name: 'news byline', at: body(news, 'byline equal'), least: 0.87 },
  { set: 'extraction', name: 'news date', at: body(news, 'date within a day'), least: 0.88 },
  { set: 'extraction', name: 'pages that throw', at: /own \d+ pages, (\d+) threw/, most: 0 },
  { set: 'claims', name: 'articles, relevance F1', at: claims(labelled, 'relevance .* F1'), least: 0.98 },
  { set: 'claims', name: 'articles, claims precision', at: claims(labelled, 'claims +P'), least: 0.97 },
  { set: 'claims', name: 'articles, claims F1', at: claims(labelled, 'claims +P \\S+ R \\S+ F1'), least: 0.95 },
  { set: 'claims', name: 'articles, claims macro F1', at: claims(labelled, 'claims .* macro F1'), least: 0.93 },
  { set: 'claims', name: 'articles, stance macro-F1', at: claims(labelled, 'stance +macro F1'), least: 0.88 },
  { set: 'claims', name: 'articles, exact slices', at: claims(labelled, 'evidence .* exact slices'), least: 1 },
  { set: 'claims', name: 'passages, claims precision', at: claims(passages, 'claims +P'), least: 0.97 },
  { set: 'claims', name: 'passages, claims F1', at: claims(passages, 'claims +P \\S+ R \\S+ F1'), least: 0.88 },
  { set: 'claims', name: 'passages, claims macro F1', at: claims(passages, 'claims .* macro F1'), least: 0.87 },
  { set: 'claims', name: 'passages, stance macro-F1', at: claims(passages, 'stance +macro F1'), least: 0.87 },
  { set: 'claims', name: 'passages, exact slices', at: claims(passages, 'evidence .* exact slices'), least: 1 },
  { set: 'claims', name: 'passages, speakers right', at: claims(passages, 'speakers +'), least: 40 },
  { set: 'claims', name: 'statements alone, articles F1', at: bare('real articles'), least: 0.74 },
  { set: 'claims', name: 'statements alone, passages F1', at: bare('own passages'), least: 0.55 },
  { set: 'claims', name: 'other languages, claims F1', at: /^ {2}all {2}claims .* F1 ([\d.]+),/m, least: 0.96 },
  {
    set: 'claims',
    name: 'other languages, stance macro-F1',
    at: /^ {2}all {2}claims .* macro F1 ([\d.]+)/m,
    least: 0.94,
  },
  { set: 'claims', name: 'general news kept', at: /^general news: .* (\d+) kept/m, most: 0 },
  { set: 'claims', name: 'tags not as in the snapshot', at: /^tags on the data: \d+, (\d+) not/m, most: 0 },
  { set: 'claims', name: 'general news tagged', at: /^general news: .* (\d+) tagged/m, most: 0 },
  {
    set: 'quantities',
    name: 'value, unit and modifier F1',
    at: /^value \+ unit \+ modifier .* F1 ([\d.]+)/m,
    least: 0.98,
  },
  {
    set: 'stance',
    name: 'strict split, macro-F1',
    at: after('stance, .* dev-strict .*', `^macroF1 +${share}`),
    least: 0.63,
  },
  {
    set: 'stance',
    name: 'strict split, F1 of disagree',
    at: after('stance, .* dev-strict .*', `^f1 disagree +${share}`),
    least: 0.25,
  },
  ...[1, 2, 3].flatMap((seed) => duplicateGates(seed)),
  {
    set: 'stories',
    name: 'B-cubed F1',
    at: after('stories, shipped weights.*', `B-cubed .* F1 ${share}`),
    least: 0.93,
  },
  {
    set: 'stories',
    name: 'B-cubed F1 on stories not seen',
    at: after('stories, each fifth .*', `B-cubed .* F1 ${share}`),
    least: 0.92,
  },
];

/** Recall and labels of each edit, and no false pair at all: 1 in 100,000 is less than one of those there are. */
function duplicateGates(seed: number): readonly Gate[] {
  const figure = (pattern: string): RegExp => after(`duplicates, seed ${seed}`, `^ *${pattern}`);
  const at = (name: string) => ({ set: 'duplicates', name: `seed ${seed}, ${name}` });
  const copies = ['boiler', 'cut60', 'edit5', 'edit5boil', 'edit20', 'lead90', 'natural'];
  return [
    ...copies.flatMap((kind) => [
      { ...at(`${kind} found`), at: figure(`${kind} +${share}`), least: 0.98 },
      { ...at(`${kind} called a copy`), at: figure(`${kind} +[\\d.]+ +\\[.*\\] +${share}`), least: 0.95 },
    ]),
    { ...at('spun found'), at: figure(`spun +${share}`), least: 0.95 },
    { ...at('spun called spun'), at: figure(`spun +[\\d.]+ +\\[.*\\] +${share}`), least: 0.9 },
    ...['unrelated', 'same-boilerplate', 'same-story'].map((kind) => ({
      ...at(`${kind} pairs, per 100,000`),
      at: figure(`${kind} +${share}`),
      most: 1,
    })),
  ];
}

/** Reads a set's gates off what its evaluation printed. A figure that cannot be found has not passed. */
export function judgeReport(set: string, report: string): readonly GateResult[] {
  return gates
    .filter((gate) => gate.set === set)
    .map((gate) => {
      const found = gate.at.exec(report)?.[1];
      const figure = found === undefined ? null : Number(found);
      return { gate, figure, isPassed: figure !== null && isWithin(gate, figure) };
    });
}

function isWithin(gate: Gate, figure: number): boolean {
  return 'least' in gate ? figure >= gate.least : figure <= gate.most;
}
