/**
 * Where sentences end by the rules of Unicode (UAX #29, section 5, version 17), as `Intl.Segmenter` has them. Letters of Western
 * languages and the marks of print are read here, at a third of its price; a line with any other character is given to it.
 */

/** The values of the property Sentence_Break that matter here, and what these rules leave to the segmenter. */
const kinds = {
  other: 0,
  lower: 1,
  upper: 2,
  letter: 3,
  digit: 4,
  space: 5,
  close: 6,
  goesOn: 7,
  // From here on a look at what follows is needed.
  point: 8,
  stop: 9,
  lineEnd: 10,
  unread: 11,
} as const;

/** Above the Latin letters only General Punctuation is read. */
const LATIN_END = 0x250;
const MARKS_START = 0x2010;
const READ_END = 0x205f;
const PATTERNS: readonly (readonly [number, RegExp])[] = [
  [kinds.lineEnd, /[\n\r\u0085\u2028\u2029]/u],
  [kinds.unread, /[\p{M}\p{Cf}]/u],
  [kinds.space, /\s/u],
  [kinds.point, /[.\u2024]/u],
  [kinds.stop, /\p{Sentence_Terminal}/u],
  [kinds.goesOn, /[,:;–—-]/u],
  [kinds.close, /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"']/u],
  [kinds.lower, /\p{Lowercase}/u],
  [kinds.upper, /\p{Uppercase}|\p{Lt}/u],
  [kinds.letter, /\p{Alphabetic}/u],
  [kinds.digit, /\p{Nd}/u],
];
const KIND_OF = Uint8Array.from({ length: READ_END }, (_, code) => {
  if (code >= LATIN_END && code < MARKS_START) return kinds.unread;
  return PATTERNS.find(([, pattern]) => pattern.test(String.fromCharCode(code)))?.[0] ?? kinds.other;
});
const PLAIN = [...KIND_OF.keys()].filter((code) => (KIND_OF[code] ?? kinds.unread) < kinds.point);
/** A stop, an end of line, or a character that is not read here. A pattern finds the next one at a fifth of the price of a loop. */
const MARK = new RegExp(`[^${RegExp.escape(String.fromCharCode(...PLAIN))}]`, 'g');
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/gu;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The ends of the sentences of a text, ascending; the last one is the end of the text. UTF-16 offsets; never throws. */
export function listSentenceEnds(text: string): readonly number[] {
  const ends: number[] = [];
  let lineStart = 0;
  let countBeforeLine = 0;
  let at = 0;
  const goTo = (lineEnd: number) => {
    at = lineEnd;
    lineStart = lineEnd;
    countBeforeLine = ends.length;
  };
  for (let mark = findMark(text, at); mark < text.length; mark = findMark(text, at)) {
    const kind = kindAt(text, mark);
    if (kind === kinds.lineEnd) {
      const lineEnd = mark + (text.startsWith('\r\n', mark) ? 2 : 1);
      ends.push(lineEnd);
      goTo(lineEnd);
    } else if (kind === kinds.unread) {
      ends.length = countBeforeLine;
      const lineEnd = findLineEnd(text, mark);
      for (const { index, segment } of segmenter.segment(text.slice(lineStart, lineEnd)))
        ends.push(lineStart + index + segment.length);
      goTo(lineEnd);
    } else {
      const end = findEnd(text, mark);
      if (end !== null) ends.push(end);
      at = end ?? mark + 1;
    }
  }
  if ((ends.at(-1) ?? 0) < text.length) ends.push(text.length);
  return ends;
}

/** The next character that may end a sentence or is left to the segmenter; the end of the text when there is none. */
function findMark(text: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.test(text) ? MARK.lastIndex - 1 : text.length;
}

/** The end of the sentence that a full stop or another stop may end; null when it goes on, or when the end of the line ends it. */
function findEnd(text: string, stop: number): number | null {
  const isPoint = kindAt(text, stop) === kinds.point;
  const follower = kindAt(text, stop + 1);
  if (isPoint && follower === kinds.digit) return null; // SB6
  if (isPoint && follower === kinds.upper && isCased(kindAt(text, stop - 1))) return null; // SB7
  let end = stop + 1;
  while (kindAt(text, end) === kinds.close) end++; // SB9
  while (kindAt(text, end) === kinds.space) end++; // SB10
  const next = kindAt(text, end);
  if (next >= kinds.goesOn && next <= kinds.lineEnd) return null; // SB8a
  if (isPoint && kindOfLetterAfter(text, end) === kinds.lower) return null; // SB8
  return end; // SB11
}

/** The kind of the next letter, stop or line end. */
function kindOfLetterAfter(text: string, from: number): number {
  for (let at = from; ; at++) {
    const kind = kindAt(text, at);
    if (isCased(kind) || kind === kinds.letter || (kind >= kinds.point && kind <= kinds.lineEnd)) return kind;
  }
}

function isCased(kind: number): boolean {
  return kind === kinds.lower || kind === kinds.upper;
}

/** What a character is; the text ends like a line. */
function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < READ_END) return KIND_OF[code] ?? kinds.unread;
  return at < text.length ? kinds.unread : kinds.lineEnd;
}

function findLineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text) === null ? text.length : LINE_END.lastIndex;
}
