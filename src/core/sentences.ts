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

const TRAILING_OPENER = /(?<=[.!?。！？।])[([{“‘«„「『《（【]+\s*$/u;
const LEADING_CLOSER = /^[)\]}”’»」』》）】]+/u;
const LAST_WORD = /(?:^|[\s([{"'“‘«„—–/-])([^\s([{"'“‘«„—–/-]+)$/u;
const LETTER = /\p{L}/u;
// TR29 never splits before a number that a small letter follows: "It was quick. 12 people saw it."
const STOP_BEFORE_NUMBER = /(?<=\p{Ll}\p{Ll})\.["”’)\]]*\s+(?=\p{Nd})/gu;
const NEXT_WORD = /^["'“‘«„([]*([\p{L}\p{M}]+)/u;
// Words looked at around a boundary are short; a bound keeps the look linear on text without spaces.
const LOOK_CHARACTERS = 48;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

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
function* listBoundaries(text: string): Generator<number> {
  let previous = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    for (const stop of segment.matchAll(STOP_BEFORE_NUMBER)) yield index + stop.index + stop[0].length;
    const end = index + segment.length;
    const opener = TRAILING_OPENER.exec(segment.slice(-LOOK_CHARACTERS));
    const closer = LEADING_CLOSER.exec(text.slice(end, end + LOOK_CHARACTERS));
    let boundary = end;
    if (opener !== null && end < text.length) boundary = end - opener[0].length;
    else if (closer !== null && !endsLine(segment)) boundary = end + closer[0].length;
    if (boundary > previous) yield boundary;
    previous = boundary;
  }
}

function isJoined(text: string, { start, end }: Sentence): boolean {
  const before = text.slice(Math.max(start, end - LOOK_CHARACTERS), end);
  if (end === text.length || endsLine(before)) return false;
  const after = text.slice(end, end + LOOK_CHARACTERS).trimStart();
  const head = before.trimEnd();
  if (head.length === before.length && !head.endsWith('.')) return false;
  if (isLowerCase(after)) return true;
  // "1." is the number of a list item, and "..." no sentence of its own.
  if (end - start <= LOOK_CHARACTERS && !LETTER.test(before)) return true;
  return head.endsWith('.') && isAbbreviation(head.slice(0, -1), after);
}

function isAbbreviation(head: string, after: string): boolean {
  const word = LAST_WORD.exec(head)?.[1] ?? '';
  const key = word.toLowerCase();
  const next = NEXT_WORD.exec(after)?.[1] ?? '';
  const startsSentence = /^\p{Lu}/u.test(next) && SENTENCE_STARTERS.has(next.toLowerCase());
  if (OPEN_ABBREVIATIONS.has(key)) return true;
  if (NUMBER_ABBREVIATIONS.has(key)) return /^\p{Nd}/u.test(after);
  if (/^\d{1,2}$/u.test(word)) return isGermanOrdinal(head.slice(0, -word.length), next);
  if (CLOSING_ABBREVIATIONS.has(key) || /^\p{Lu}(?:\.\p{Lu})*$/u.test(word)) return next !== '' && !startsSentence;
  return false;
}

function isGermanOrdinal(before: string, next: string): boolean {
  const lead = LAST_WORD.exec(before.trimEnd())?.[1] ?? '';
  return GERMAN_MONTHS.has(next.toLowerCase()) || (next !== '' && GERMAN_ORDINAL_LEADS.has(lead.toLowerCase()));
}

/** `"Really?" he said` and `Yahoo! said`: a sentence does not start with a small letter, except in scripts without case. */
function isLowerCase(after: string): boolean {
  return /^["'“‘«([]?\p{Ll}/u.test(after);
}

function endsLine(text: string): boolean {
  const words = text.trimEnd();
  // The one line break that is no white space to `trimEnd`.
  return words.endsWith('\u0085') || /[\n\r\u2028\u2029]/u.test(text.slice(words.length));
}

function trim(text: string, { start, end }: Sentence): Sentence | null {
  const slice = text.slice(start, end);
  const trimmed = slice.trim();
  if (trimmed === '') return null;
  const left = start + slice.indexOf(trimmed);
  return { start: left, end: left + trimmed.length };
}
