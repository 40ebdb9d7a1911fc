import { expect, test } from 'vitest';
import { type CaptionMark, readCaptions } from '#src/core/caption/captions.ts';
import type { CaptionKind } from '#src/core/caption/track.ts';

const encoder = new TextEncoder();

function read(text: string, kind: CaptionKind = 'manual', contentType: string | null = null) {
  return readCaptions({ url: null, bytes: encoder.encode(text), contentType, kind });
}

/** The text with each mark as `{second}` where it stands. */
function marked({ text, marks }: { readonly text: string; readonly marks: readonly CaptionMark[] }): string {
  return marks.reduceRight((all, { offset, second }) => `${all.slice(0, offset)}{${second}}${all.slice(offset)}`, text);
}

function check(input: string, expected: string, kind: CaptionKind = 'manual'): void {
  const captions = read(input, kind);
  expect(captions.kind === 'read' ? marked(captions) : captions.words).toBe(expected);
}

test('readCaptions reads WebVTT with its markup, notes and styles', () => {
  check(
    `WEBVTT - a talk\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE not said --\n\n1\n00:01.500 --> 00:04.000 align:start\nThe <b>plant</b> was\nbuilt &amp; paid for.\n\n00:00:04.000 --> 00:00:06.000\nIn <00:00:04.500><c.loud>spring</c>.\n`,
    '{1}The plant was built & paid for. {4}In spring.',
  );
});

test('readCaptions reads SRT with the line ends of any system', () => {
  const srt = [
    '1',
    '00:00:59,900 --> 00:01:02,000',
    'First words.',
    '',
    '2',
    '00:01:02,000 --> 01:00:00,000',
    'Then others.',
    '',
  ];
  for (const end of ['\n', '\r\n', '\r']) check(srt.join(end), '{59}First words. {62}Then others.');
});

test('readCaptions reads timed text in XML, escaped once or twice', () => {
  check(
    '<?xml version="1.0"?><transcript><text start="0.4" dur="2.1">It&amp;#39;s the first</text><text start="3" dur="2">line &amp;amp; more</text></transcript>',
    "{0}It's the first {3}line & more",
  );
  check(
    '<timedtext format="3"><head><pen id="1"/></head><body><w t="0" id="1"/><p t="160" d="2000" w="1"><s>a </s><s t="320">machine</s></p><p t="1900" d="10" a="1">\n</p><p t="2000" d="900"><s>heard</s></p></body></timedtext>',
    '{0}a machine {2}heard',
  );
});

test('readCaptions reads TTML with prefixes, clocks and counts', () => {
  check(
    '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div><tt:p begin="00:00:01.000" end="00:00:02.000">One<tt:br/>line</tt:p><tt:p begin="61.5s" dur="500ms">and another</tt:p></tt:div></tt:body></tt:tt>',
    '{1}One line\n\n{61}and another',
  );
});

test('readCaptions reads timed text in JSON, and the JSON of a podcast with its speakers', () => {
  const events = [
    { tStartMs: 0, dDurationMs: 1, wWinId: 1 },
    { tStartMs: 1_200, dDurationMs: 900, segs: [{ utf8: 'the first' }, { utf8: ' words' }] },
    { tStartMs: 2_000, aAppend: 1, segs: [{ utf8: '\n' }] },
    { tStartMs: 2_100, dDurationMs: 900, segs: [{ utf8: 'and more' }] },
  ];
  check(JSON.stringify({ wireMagic: 'pb3', events }), '{1}the first words {2}and more');
  const segments = [
    { speaker: 'Ada Brandt', startTime: 0.5, endTime: 2, body: 'Did they pay?' },
    { speaker: 'Tom Halloran', startTime: 2, endTime: 4, body: 'They did.' },
    { speaker: 'Tom Halloran', startTime: 4, endTime: 6, body: 'In full.' },
  ];
  check(
    JSON.stringify({ version: '1.0.0', segments }),
    '{0}Ada Brandt: Did they pay?\n\n{2}Tom Halloran: They did. {4}In full.',
    'transcript',
  );
});

test('readCaptions says rolling captions once, and twice what is said twice', () => {
  check(
    'WEBVTT\n\n00:00.000 --> 00:02.500\n \nthe plant<00:01.0><c> cost</c>\n\n00:02.500 --> 00:02.510\nthe plant cost\n \n\n00:02.510 --> 00:05.000\nthe plant cost\nfive million\n\n00:05.000 --> 00:05.010\nfive million\n \n',
    '{0}the plant cost {2}five million',
  );
  check('WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n', '{1}No. {2}No.');
});

test('readCaptions leaves out what is heard and not said', () => {
  check(
    'WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n\n00:02.000 --> 00:03.000\n(applause)\nThank you.\n\n00:03.000 --> 00:04.000\n♪ la la ♪\n',
    '{2}Thank you.',
  );
});

test('readCaptions names a new voice in a paragraph of its own', () => {
  check(
    'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada Brandt>We saw it.\n\n00:02.000 --> 00:03.000\n<v.loud Tom &amp; Ines>We did not.\n',
    '{1}Ada Brandt: We saw it.\n\n{2}Tom & Ines: We did not.',
  );
});

test('readCaptions begins a paragraph after a silence, after long sentences, and where nothing ends a sentence', () => {
  const cue = (second: number, words: string): string =>
    `00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000 --> 00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String((second % 60) + 1).padStart(2, '0')}.000\n${words}\n\n`;
  check(`WEBVTT\n\n${cue(1, 'Before')}${cue(30, 'after')}`, '{1}Before\n\n{30}after');
  const spoken = Array.from({ length: 40 }, (_, at) => cue(at, 'so the plant was built by the river')).join('');
  const unpunctuated = read(`WEBVTT\n\n${spoken}`, 'automatic');
  const lengths = unpunctuated.kind === 'read' ? unpunctuated.text.split('\n\n').map(({ length }) => length) : [];
  expect(lengths.length).toBeGreaterThan(4);
  expect(Math.max(...lengths)).toBeLessThan(300);
  const written = Array.from({ length: 40 }, (_, at) => cue(at, 'So the plant was built by the river.')).join('');
  const punctuated = read(`WEBVTT\n\n${written}`);
  const paragraphs = punctuated.kind === 'read' ? punctuated.text.split('\n\n') : [];
  expect(paragraphs.length).toBeLessThan(lengths.length);
  expect(paragraphs.every((paragraph) => paragraph.endsWith('river.'))).toBe(true);
});

test('readCaptions joins Chinese lines without blanks', () => {
  check('WEBVTT\n\n00:01.000 --> 00:02.000\n工厂建在\n河边。\n', '{1}工厂建在河边。');
});

test('readCaptions takes plain words only where a transcript was offered', () => {
  check('Ada: We saw it.\n\nTom: We did not\nsee it.', 'Ada: We saw it.\n\nTom: We did not see it.', 'transcript');
  check('Too many requests', 'The captions are in a form that we cannot read.');
});

test.each([
  ['an empty answer', ''],
  ['a head alone', 'WEBVTT\n\n'],
  ['cues without words', 'WEBVTT\n\n00:01.000 --> 00:02.000\n\n\n00:02.000 --> 00:03.000\n[Music]\n'],
  ['XML without cues', '<timedtext format="3"><body/></timedtext>'],
  ['JSON of another kind', '{"error":{"code":403}}'],
  ['broken JSON', '{"events":[{'],
])('readCaptions finds no words in %s', (_, text) => {
  check(text, 'The captions have no words.');
});

test('readCaptions refuses a page in the place of captions', () => {
  check('\n<!DOCTYPE html><html><body><p t="1">Sign in</p></body></html>', 'A page answered where captions should be.');
});

test('readCaptions reads on where times or bytes cannot be read', () => {
  check(
    `WEBVTT\n\n99999:00:00.000 --> x\nOne.\n\n00:99.000 --> 00:01.000\nTwo \ud800.\u0000\n`,
    'One.\n\n{99}Two \ufffd.',
  );
});

/** Files made to take time or memory: each within the five megabytes that are fetched at most. */
const hostile: readonly (readonly [name: string, text: string])[] = [
  ['a million cues', `WEBVTT\n\n${'0:1-->0:2\na\n\n'.repeat(340_000)}`],
  ['a million empty cues', `WEBVTT\n\n${'0:1-->0:2\n\n'.repeat(400_000)}`],
  ['five million line ends', `WEBVTT${'\n'.repeat(5_000_000)}`],
  ['an endless line', `WEBVTT\n\n00:01.000 --> 00:02.000\n${'<a '.repeat(1_600_000)}`],
  ['a cue of endless lines', `WEBVTT\n\n00:01.000 --> 00:02.000\n${'a\n'.repeat(2_500_000)}`],
  ['an endless voice', `WEBVTT\n\n00:01.000 --> 00:02.000\n${`<v ${' '.repeat(200)}`.repeat(20_000)}`],
  ['arrows without times', `WEBVTT\n\n${'-->\n'.repeat(1_000_000)}`],
  ['digits without end', `WEBVTT\n\n${'1'.repeat(5_000_000)} --> 2`],
  ['deep XML', `<timedtext>${'<p t="1">'.repeat(500_000)}`],
  ['a million elements', `<transcript>${'<text start="1">a</text>'.repeat(200_000)}`],
  ['deep JSON', `{"events":${'['.repeat(2_000_000)}`],
  [
    'many segments',
    JSON.stringify({ events: [{ tStartMs: 0, segs: Array.from({ length: 300_000 }, () => ({ utf8: 'a' })) }] }),
  ],
  [
    'an entity bomb',
    `<!DOCTYPE t [<!ENTITY a "${'boom '.repeat(10)}">${Array.from({ length: 25 }, (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`).join('')}]><transcript><text start="1">words &z;</text></transcript>`,
  ],
];

test.each(hostile)('readCaptions reads %s within its limits', (_, text) => {
  const started = process.threadCpuUsage();
  const captions = read(text);
  const { user, system } = process.threadCpuUsage(started);
  expect((user + system) / 1_000_000).toBeLessThan(4);
  if (captions.kind === 'refused') return;
  expect(captions.text.length).toBeLessThanOrEqual(600_000);
  expect(captions.marks.length).toBeLessThanOrEqual(20_000);
});

test('readCaptions says when it has not read all, and keeps marks inside the text', () => {
  const captions = read(`WEBVTT\n\n${'0:01-->0:02\nword\n\n'.repeat(30_000)}`);
  expect(captions).toMatchObject({ kind: 'read', problems: ['the captions are longer than we read'] });
  if (captions.kind !== 'read') return;
  expect(captions.marks).toHaveLength(20_000);
  expect(captions.marks.every(({ offset }, at) => offset > (captions.marks[at - 1]?.offset ?? -1))).toBe(true);
  expect(captions.marks.every(({ offset }) => captions.text.startsWith('word', offset))).toBe(true);
});
