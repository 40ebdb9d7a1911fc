import { listSentenceEnds } from './sentence-breaks.ts';

/** One sentence: UTF-16 offsets into the text it was found in, `end` exclusive. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

// The rules of Unicode TR29 (Intl.Segmenter) know no abbreviations: they split "Mr. Smith" and "5 Mio. Dollar".
// The lists below only ever join what it split. They are folded to lower case and hold no final full stop.

// Never end a sentence: a name, number or unit must follow. Words of any language that can end one ("es", "est") stay out.
const OPEN_ABBREVIATIONS = new Set(
  [
    'mr mrs ms mx messrs dr prof sen rep gov gen adm maj capt cmdr lt sgt cpl pvt rev hon supt vs viz cf ca approx e.g i.e',
    'hr frl bzw z.b d.h u.a i.d.r sog ggf vgl nr bspw mio mrd tsd',
    'mme mlle mgr p.ex c.-à-d mln mld sig.ra dott dott.ssa avv',
    'sra srta dña p.ej exmo exma',
    'डॉ श्री प्रो',
  ].flatMap((line) => line.split(' ')),
);

// Do not end a sentence when a number follows.
const NUMBER_ABBREVIATIONS = new Set(
  [
    'no nos vol vols p pp ch sec sect fig figs eq ex est ver v rs art ziff kap bd n num núm pag pág नं रु',
    'jan feb mar apr jun jul aug sep sept oct nov dec',
  ].flatMap((line) => line.split(' ')),
);

// End a sentence only when the next word is one that starts sentences: "in the U.S. Senate" against "in the U.S. The".
const CLOSING_ABBREVIATIONS = new Set(
  [
    'inc corp co ltd llc plc bros jr sr esq etc al st mt ft usw',
    'u.s u.k u.n e.u u.s.a d.c l.a p.r.c ph.d m.d b.a m.a a.m p.m ee.uu ss.aa s.a s.p.a s.r.l',
  ].flatMap((line) => line.split(' ')),
);

const SENTENCE_STARTERS = new Set(
  [
    'the a an this that these those it its he she they we you i his her their our my there here',
    'in on at by for from with after before as if when while since although though because under over during until',
    'but and or so yet then now still also however meanwhile instead additionally moreover asked what who how why where',
    'der die das ein eine es er sie wir ich im am nach und aber auch doch dies',
    'le la les un une il elle ils on nous ce cette ces mais et en dans après',
    'el los las una ella ellos pero y en según tras',
  ].flatMap((line) => line.split(' ')),
);

// "am 20. Januar", "der 3. Generation", "zum 10. Mal": German ordinals are written with a full stop.
const GERMAN_MONTHS = new Set(
  'januar jänner februar märz april mai juni juli august september oktober november dezember'.split(' '),
);
const GERMAN_ORDINAL_LEADS = new Set(
  'der die das dem den des am im zum zur vom beim ein eine einem einen einer jeder jedes'.split(' '),
);

const OPENERS = '([{“‘«„「『《（【';
const CLOSERS = ')]}”’»」』》）】';
const STOPS = '.!?。！？।';
const WORD_MARKS = '([{"\'“‘«„—–/-';
const LETTER = /\p{L}/u;
// TR29 never splits before a number that a small letter follows: "It was quick. 12 people saw it."
const STOP_BEFORE_NUMBER = /\.(?<=\p{Ll}\p{Ll}\.)["”’)\]]*\s+(?=\p{Nd})/gu;
const NEXT_WORD = /^["'“‘«„([]*([\p{L}\p{M}]+)/u;
const SMALL_LETTER = /^["'“‘«([]?\p{Ll}/u;
const INITIALS = /^\p{Lu}(?:\.\p{Lu})*$/u;
// Words looked at around a boundary are short; a bound keeps the look linear on text without spaces.
const LOOK_CHARACTERS = 48;
// An opening mark and a letter, which may be two units long.
const SMALL_LETTER_LOOK = 3;

/**
 * The sentences of a text in order, trimmed of white space and never empty or overlapping; every line break ends one.
 * Offsets are UTF-16 indexes into `text`.
 */
export function splitSentences(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const end of listBoundaries(text)) {
    if (isJoined(text, { start, end })) continue;
    const sentence = trim(text, { start, end });
    if (sentence !== null) sentences.push(sentence);
    start = end;
  }
  return sentences;
}

/** The boundaries of TR29, moved so that an opening quote starts the next sentence and a closing one ends its own. */
function listBoundaries(text: string): readonly number[] {
  const boundaries: number[] = [];
  const stops = text.matchAll(STOP_BEFORE_NUMBER);
  let stop = stops.next().value;
  let start = 0;
  let previous = 0;
  for (const end of listSentenceEnds(text)) {
    for (; stop !== undefined && stop.index < end; stop = stops.next().value) {
      const stopEnd = stop.index + stop[0].length;
      if (stopEnd < end) boundaries.push(stopEnd);
    }
    const boundary = moveBoundary(text, { start, end });
    if (boundary > previous) boundaries.push(boundary);
    previous = boundary;
    start = end;
  }
  return boundaries;
}

function moveBoundary(text: string, { start, end }: Sentence): number {
  const wordsEnd = skipSpaceBack(text, { start: Math.max(start, end - LOOK_CHARACTERS), end });
  if (end < text.length && isOneOf(OPENERS, text.charAt(wordsEnd - 1))) {
    let opened = wordsEnd - 1;
    while (opened > start && isOneOf(OPENERS, text.charAt(opened - 1))) opened--;
    if (opened > start && isOneOf(STOPS, text.charAt(opened - 1))) return opened;
  }
  if (!isOneOf(CLOSERS, text.charAt(end)) || endsLine(text, { start, end })) return end;
  let closed = end + 1;
  while (isOneOf(CLOSERS, text.charAt(closed))) closed++;
  return closed;
}

function isJoined(text: string, { start, end }: Sentence): boolean {
  const look = { start: Math.max(start, end - LOOK_CHARACTERS), end };
  if (end === text.length || endsLine(text, look)) return false;
  const wordsEnd = skipSpaceBack(text, look);
  const isStop = wordsEnd > look.start && text.charAt(wordsEnd - 1) === '.';
  if (wordsEnd === end && !isStop) return false;
  const next = skipSpace(text, { start: end, end: end + LOOK_CHARACTERS });
  if (isSmallLetter(text, next)) return true;
  // "1." is the number of a list item, and "..." no sentence of its own.
  if (end - start <= LOOK_CHARACTERS && !LETTER.test(text.slice(start, end))) return true;
  return isStop && isAbbreviation(text, { from: look.start, stop: wordsEnd - 1, next, to: end + LOOK_CHARACTERS });
}

// What stands around a full stop: the text from `from` to it, and the text from `next` to `to` after it.
type Around = { readonly from: number; readonly stop: number; readonly next: number; readonly to: number };

function isAbbreviation(text: string, { from, stop, next, to }: Around): boolean {
  const wordStart = findWordStart(text, { start: from, end: stop });
  const word = text.slice(wordStart, stop);
  const key = word.toLowerCase();
  if (OPEN_ABBREVIATIONS.has(key)) return true;
  const after = text.slice(next, to);
  if (NUMBER_ABBREVIATIONS.has(key)) return /^\p{Nd}/u.test(after);
  if (/^\d{1,2}$/.test(word)) return isGermanOrdinal(text.slice(from, wordStart), firstWord(after));
  if (!CLOSING_ABBREVIATIONS.has(key) && !INITIALS.test(word)) return false;
  const nextWord = firstWord(after);
  const startsSentence = /^\p{Lu}/u.test(nextWord) && SENTENCE_STARTERS.has(nextWord.toLowerCase());
  return nextWord !== '' && !startsSentence;
}

function isGermanOrdinal(before: string, next: string): boolean {
  const end = before.trimEnd().length;
  const lead = before.slice(findWordStart(before, { start: 0, end }), end);
  return GERMAN_MONTHS.has(next.toLowerCase()) || (next !== '' && GERMAN_ORDINAL_LEADS.has(lead.toLowerCase()));
}

function firstWord(text: string): string {
  return NEXT_WORD.exec(text)?.[1] ?? '';
}

/** Where the run of characters begins that ends a stretch of text and holds neither white space nor marks. */
function findWordStart(text: string, { start, end }: Sentence): number {
  let at = end;
  while (at > start && !isSpace(text.charCodeAt(at - 1)) && !isOneOf(WORD_MARKS, text.charAt(at - 1))) at--;
  return at;
}

/** `"Really?" he said` and `Yahoo! said`: a sentence does not start with a small letter, except in scripts without case. */
function isSmallLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x41 && code <= 0x5a) return false;
  return SMALL_LETTER.test(text.slice(at, at + SMALL_LETTER_LOOK));
}

/** Whether a line ends in the white space at the end of a stretch of text, or with U+0085, which is none to `trim`. */
function endsLine(text: string, { start, end }: Sentence): boolean {
  for (let at = end - 1; at >= start; at--) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029) return true;
    if (!isSpace(code)) return false;
  }
  return false;
}

function trim(text: string, { start, end }: Sentence): Sentence | null {
  const left = skipSpace(text, { start, end });
  return left === end ? null : { start: left, end: skipSpaceBack(text, { start: left, end }) };
}

function skipSpace(text: string, { start, end }: Sentence): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function skipSpaceBack(text: string, { start, end }: Sentence): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** White space as `trim` knows it. */
function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === 0xa0 || (code >= 0x1680 && /\s/.test(String.fromCharCode(code)));
}

function isOneOf(marks: string, mark: string): boolean {
  return mark !== '' && marks.includes(mark);
}
