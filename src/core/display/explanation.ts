/** Why a quote was found, in words. */
import type { Stance } from '#src/core/claim/definition.ts';
import type { Explanation } from '#src/core/tagging/explain.ts';
import { showLine } from './text.ts';

/** How the text refers to what a claim is about; `words` is what stands for it there. */
const referenceWords: Readonly<Record<string, (words: string, name: string) => string>> = {
  named: (words) => `It names ${words}.`,
  described: (words, name) => `${words} stands for ${name}, which the article names.`,
  pronoun: (words, name) => `${words} was taken to stand for ${name}, named just before.`,
  near: (_, name) => `${name} is named in a sentence nearby, not in this one.`,
  topic: (_, name) => `${name} is what the article is about; this sentence does not name it.`,
};

/** What each kind of cue decided about the stance; `words` is the cue itself. */
const stanceCueWords: Readonly<Record<string, (words: string) => string>> = {
  say: (words) => `“${words}” hands the saying to somebody, so it reports.`,
  hearsay: (words) => `“${words}” hands the saying to somebody unnamed, so it reports.`,
  speaker: (words) => `“${words}” names who says it, so it reports.`,
  deny: (words) => `“${words}” rejects it, so it disputes.`,
  untrue: (words) => `“${words}” calls it untrue, so it disputes.`,
  doubt: (words) => `“${words}” calls it doubtful, so it disputes.`,
  negation: (words) => `“${words}” negates it, so it disputes.`,
  rebuttal: (words) => `“${words}” takes it back in the next sentence, so it disputes.`,
  contest: (words) => `“${words}” says that it is contested, so it disputes.`,
  statement: (share) => `Read beside the claim’s statement, this stance is ${share} likely.`,
  'disputed-by': (words) => `“${words}” disputes this claim.`,
};

/** Below this the reference alone may have led astray: the subject is only near, or only the topic. */
const sureReferenceMin = 0.7;

/** What was named, which words matched, what was read as an amount, and what decided the stance: one sentence each. */
export function describeExplanation(explanation: Explanation, shown: Stance): readonly string[] {
  const { matched, stance } = explanation;
  const isPlain = stance.length === 0 && shown === 'supports';
  const words = [...new Set(matched.filter(({ amount }) => amount === null).map(quoteWords))];
  const amounts = matched.filter(({ amount }) => amount !== null);
  return [
    ...describeReference(explanation),
    ...(words.length === 0 ? [] : [`The claim’s words are there: ${words.join(', ')}.`]),
    ...amounts.map((match) => `${quoteWords(match)} was read as ${describeAmount(match.amount)}.`),
    ...(isPlain ? ['Nobody else is said to say it, so it supports.'] : stance.flatMap(describeCue)),
    ...describeDoubts(explanation),
  ];
}

/** What kept the rules from being sure, one sentence each; empty when nothing did. */
export function describeDoubts({ parts, missing }: Explanation): readonly string[] {
  return [
    ...(missing.length === 0 ? [] : [`Missing for certainty: ${missing.map(showLine).join('; ')}.`]),
    ...(parts.hypothetical ? ['It is said under a condition, not stated.'] : []),
    ...(parts.spread > 0 ? ['The words stand in more than one sentence.'] : []),
    ...(parts.reference < sureReferenceMin ? ['The sentence itself does not say whom it is about.'] : []),
  ];
}

/** Where the words stand that decided, for the small print: "characters 12–20, 31–35 of the text". */
export function describePlaces({ matched }: Explanation): string {
  const fields = Map.groupBy(matched, ({ field }) => field);
  return [...fields]
    .map(([field, own]) => {
      const spans = own.map(({ start, end }) => `${start}–${end}`);
      return `characters ${[...new Set(spans)].join(', ')} of the ${field === 'title' ? 'headline' : 'text'}`;
    })
    .join('; ');
}

/** How the score came about, for the small print: "reference 0.45, words 1 of 1, sentences beyond the first 0". */
export function describeScore({ parts }: Explanation): string {
  const { reference, share, spread, title } = parts;
  return [
    `reference ${reference.toFixed(2)}`,
    `${Math.round(share * 100)} % of the claim’s groups`,
    ...(spread > 0 ? [`${spread} sentence${spread === 1 ? '' : 's'} apart`] : []),
    ...(title > 0 ? ['in the headline'] : []),
    ...(parts.hypothetical ? ['under a condition'] : []),
  ].join(', ');
}

function describeReference({ about }: Explanation): readonly string[] {
  if (about === null) return [];
  const describe = referenceWords[about.by];
  const name = about.entity.join(' or ');
  const words = about.words === null ? name : `“${showLine(about.words)}”`;
  return describe === undefined ? [] : [describe(words, name)];
}

function describeCue(feature: string): readonly string[] {
  if (feature === 'quoted') return ['It stands between quote marks, so it reports.'];
  if (feature === 'usual: reports') return ['This claim is itself somebody’s saying, so it reports.'];
  const [kind = '', ...words] = feature.split(': ');
  const describe = stanceCueWords[kind];
  return describe === undefined ? [] : [describe(showLine(words.join(': ')))];
}

function quoteWords({ words }: { readonly words: string }): string {
  return `“${showLine(words)}”`;
}

type Amount = Explanation['matched'][number]['amount'];

function describeAmount(amount: Amount): string {
  if (amount === null) return '';
  const { value, min, max, unit } = amount;
  const format = (number: number): string => number.toLocaleString('en-US');
  if (value !== null) return `${format(value)} ${unit}`;
  if (min === null) return `under ${format(max ?? 0)} ${unit}`;
  return max === null ? `over ${format(min)} ${unit}` : `${format(min)} to ${format(max)} ${unit}`;
}
