import { foldWord } from './tokens.ts';

/**
 * A number word. `digit` adds (seven, forty, "quinientos"), `hundred` multiplies within a thousand (also a dozen), `scale` multiplies what
 * was read so far, `article` is a "one" that needs a scale after it ("a million").
 */
export interface Numeral {
  readonly kind: 'digit' | 'hundred' | 'scale' | 'article';
  readonly value: number;
  /** May open a number: "tausend Euro", but not "thousand dollars". */
  readonly canStart: boolean;
  /** "a couple", "une centaine": the number is meant roughly. */
  readonly isAbout: boolean;
}

// Counted from zero up; a slash parts spellings.
const COUNTED_UP = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  'null eins zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn',
  'zéro - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize',
  'cero - dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve',
  'zero - due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove',
  'zero - dois/duas três quatro cinco seis sete oito nove dez onze doze treze quatorze/catorze quinze dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove',
];
const SPANISH_TWENTIES =
  'veintiuno/veintiún veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve';

// The tens from ten up.
const TENS = [
  '- twenty thirty forty fifty sixty seventy eighty ninety',
  '- zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig',
  '- vingt trente quarante cinquante soixante septante huitante/octante nonante',
  '- veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa',
  '- venti trenta quaranta cinquanta sessanta settanta ottanta novanta',
  '- vinte trinta quarenta cinquenta sessenta setenta oitenta noventa',
];

const ITALIAN_TENS = 'venti trenta quaranta cinquanta sessanta settanta ottanta novanta'
  .split(' ')
  .map((word, i): readonly [string, number] => [word, 20 + 10 * i]);

// The hundreds from one hundred up, where each has its own word.
const HUNDREDS = [
  'cien/ciento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas quinientos/quinientas seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas novecientos/novecientas',
  'cem/cento duzentos/duzentas trezentos/trezentas quatrocentos/quatrocentas quinhentos/quinhentas seiscentos/seiscentas setecentos/setecentas oitocentos/oitocentas novecentos/novecentas',
];

// Hindi has a word of its own for every number below a hundred.
const HINDI_COUNTED_UP = [
  'शून्य एक दो तीन चार पांच/पाँच छह/छः/छे सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह/पन्द्रह सोलह सत्रह अठारह/अट्ठारह उन्नीस',
  'बीस इक्कीस बाईस/बाइस तेईस/तेइस चौबीस पच्चीस छब्बीस सत्ताईस/सत्ताइस अट्ठाईस/अट्ठाइस उनतीस/उन्तीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस',
  'चालीस इकतालीस बयालीस तैंतालीस चौवालीस/चवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन/तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ',
  'साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी/उनासी',
  'अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी/अठासी नवासी नब्बे इक्यानवे/इक्यानबे बानवे/बानबे तिरानवे/तिरानबे चौरानवे/चौरानबे पचानवे/पंचानबे छियानवे/छियानबे सत्तानवे/सत्तानबे अट्ठानवे/अट्ठानबे निन्यानवे/निन्यानबे',
];

const OTHER_DIGITS: Readonly<Record<string, number>> = {
  pair: 2,
  vingts: 20,
  viertelmillion: 250e3,
  viertelmilliarde: 250e6,
  anderthalb: 1.5,
  anderthalbe: 1.5,
  डेढ़: 1.5,
  ढाई: 2.5,
  सवा: 1.25,
  साढ़े: 0.5,
  पौने: -0.25,
};

const ROUGH_COUNTS: Readonly<Record<string, number>> = {
  ...scaled(10, 'dizaine decena decina dezena'),
  ...scaled(12, 'douzaine docena dozzina dúzia'),
  ...scaled(20, 'vingtaine veintena ventina vintena'),
  ...scaled(30, 'trentaine treintena trentina'),
  ...scaled(50, 'cinquantaine cincuentena cinquantina'),
  ...scaled(100, 'centaine centenar centinaio centena'),
  ...scaled(1000, 'millier millar migliaio milhar'),
};

// "billion" is 10^9 in English and 10^12 where the decimal comma rules.
const LONG_BILLION: Readonly<Record<string, number>> = scaled(1e12, 'billion billions');

const SCALES: Readonly<Record<string, number>> = {
  ...scaled(1e3, 'thousand mila हज़ार हजार'),
  ...scaled(1e5, 'lakh lakhs lac lacs लाख'),
  ...scaled(1e6, 'million millions millionen millón millones milione milioni milhão milhões मिलियन'),
  ...scaled(1e7, 'crore crores करोड़'),
  ...scaled(1e9, 'billion billions milliarde milliarden milliard milliards miliardo miliardi millardo millardos'),
  ...scaled(1e9, 'bilhão bilhões अरब बिलियन'),
  ...scaled(1e11, 'खरब'),
  ...scaled(1e12, 'trillion trillions billionen billón billones trilhão trilhões ट्रिलियन'),
};

const OPENING_SCALES: Readonly<Record<string, number>> = scaled(1e3, 'tausend mille mil');
const HUNDREDS_AFTER_A_DIGIT = 'hundred सौ'.split(' ');
const OPENING_HUNDREDS = 'hundert cent cents cento'.split(' ');
const ARTICLES = 'a an ein eine einer einem einen un une uno una um uma'.split(' ');

// Words of another language that mean something else in English.
const NOT_IN_ENGLISH = new Set('once due elf sei dos otto null sept mille mil cent cents'.split(' '));

/** The short scales by their exact spelling: they stand right after digits, and most need a currency or a unit. */
export const SHORT_SCALES: ReadonlyMap<string, number> = new Map(
  [
    [1e3, 'k K tsd Tsd'],
    [1e6, 'm M mn Mn MN mm MM mln Mln mio Mio mi Mi mill Mill'],
    [1e7, 'cr Cr'],
    [1e9, 'b B bn Bn BN bln Bln mrd Mrd Mia md Md Mds mds mld Mld bi Bi'],
    [1e12, 't T tn Tn trn bio Bio tri'],
  ].flatMap(([value, words]): [string, number][] =>
    String(words)
      .split(' ')
      .map((word) => [word, Number(value)]),
  ),
);

/** Fractions of a scale: "half a million", "demi-milliard", "medio millón". */
export const FRACTIONS: ReadonlyMap<string, number> = new Map(
  [
    [0.5, 'half halb halbe halber halben demi demie medio media mezzo mezza meio meia आधा आधे'],
    [0.25, 'quarter viertel quart cuarto quarto पाव'],
  ].flatMap(([value, words]): [string, number][] =>
    String(words)
      .split(' ')
      .map((word) => [foldWord(word), Number(value)]),
  ),
);

/** How the language of the text writes 1.5: it also decides what "once", "mil" and "billion" mean. */
export type NumberStyle = 'comma' | 'point';

const NUMERALS = buildNumerals();

/** Whether a folded word can open a number: a quick look that spares most words the reading. */
export function canOpenNumber(word: string): boolean {
  const numeral = NUMERALS.get(word);
  return numeral?.canStart ?? (FRACTIONS.has(word) || COMPOUND_PART.test(word));
}

/** The meaning of a folded number word, German and Italian compounds included, or null. */
export function findNumeral(word: string, style: NumberStyle): Numeral | null {
  if (style === 'point' && NOT_IN_ENGLISH.has(word)) return null;
  const long = style === 'comma' ? LONG_BILLION[word] : undefined;
  if (long !== undefined) return { kind: 'scale', value: long, canStart: false, isAbout: false };
  const numeral = NUMERALS.get(word);
  if (numeral !== undefined) return numeral;
  if (!COMPOUND_PART.test(word)) return null;
  const value = germanCompound(word) ?? italianCompound(word);
  return value === null ? null : { kind: 'digit', value, canStart: true, isAbout: false };
}

function buildNumerals(): ReadonlyMap<string, Numeral> {
  const numerals = new Map<string, Numeral>();
  const add = (words: string, numeral: Partial<Numeral>): void => {
    for (const word of words.split('/'))
      if (word !== '-')
        numerals.set(foldWord(word), { kind: 'digit', value: 1, canStart: true, isAbout: false, ...numeral });
  };
  const addRow = (row: string, { first, step }: { readonly first: number; readonly step: number }): void => {
    for (const [i, words] of row.split(' ').entries()) add(words, { value: first + i * step });
  };
  for (const row of COUNTED_UP) addRow(row, { first: 0, step: 1 });
  addRow(SPANISH_TWENTIES, { first: 21, step: 1 });
  for (const row of TENS) addRow(row, { first: 10, step: 10 });
  for (const row of HUNDREDS) addRow(row, { first: 100, step: 100 });
  addRow(HINDI_COUNTED_UP.join(' '), { first: 0, step: 1 });
  for (const [word, value] of Object.entries(OTHER_DIGITS)) add(word, { value });
  add('couple', { value: 2, isAbout: true });
  add('dozen/dutzend', { kind: 'hundred', value: 12 });
  for (const [word, value] of Object.entries(ROUGH_COUNTS)) add(word, { kind: 'hundred', value, isAbout: true });
  for (const [word, value] of Object.entries(SCALES)) add(word, { kind: 'scale', value, canStart: false });
  for (const [word, value] of Object.entries(OPENING_SCALES)) add(word, { kind: 'scale', value });
  for (const word of HUNDREDS_AFTER_A_DIGIT) add(word, { kind: 'hundred', value: 100, canStart: false });
  for (const word of OPENING_HUNDREDS) add(word, { kind: 'hundred', value: 100 });
  for (const word of ARTICLES) add(word, { kind: 'article' });
  return numerals;
}

// Every compound holds one of these; most words hold none and cost no more than this look.
const COMPOUND_PART = /tausend|hundert|[zß]ig$|einhalb$|mil[al]|cento|[ae]nt[aiou]|vent/u;
// The longest number word below a million has 65 letters ("siebenhundertsiebenundsiebzigtausend..."): longer is no number.
const COMPOUND_LETTERS_MAX = 66;

/** "zweitausendachtundvierzig", "sechshundert", "zweieinhalb"; null for other words. */
function germanCompound(word: string): number | null {
  if (word.length > COMPOUND_LETTERS_MAX) return null;
  if (word.endsWith('einhalb')) return addHalf(germanBelowHundred(word.slice(0, -'einhalb'.length)));
  const [thousands, rest, ...more] = word.split('tausend');
  if (thousands === undefined || more.length > 0) return null;
  if (rest === undefined) return germanBelowThousand(word);
  const upper = thousands === '' ? 1 : germanBelowThousand(thousands);
  const lower = rest === '' ? 0 : germanBelowThousand(rest);
  return upper === null || lower === null ? null : upper * 1000 + lower;
}

function germanBelowThousand(word: string): number | null {
  const at = word.indexOf('hundert');
  if (at < 0) return germanBelowHundred(word);
  const digit = at === 0 ? 1 : germanBelowHundred(word.slice(0, at));
  const rest = word.slice(at + 'hundert'.length);
  const lower = rest === '' ? 0 : germanBelowHundred(rest);
  return digit === null || lower === null ? null : digit * 100 + lower;
}

function germanBelowHundred(word: string): number | null {
  const plain = word === 'ein' ? 1 : digitOf(word.replace(/^und/u, ''));
  if (plain !== null) return plain;
  const at = word.indexOf('und');
  if (at < 1) return null;
  const unit = word.slice(0, at) === 'ein' ? 1 : digitOf(word.slice(0, at));
  const tens = digitOf(word.slice(at + 3));
  return unit === null || tens === null || unit > 9 || tens < 20 || tens % 10 > 0 ? null : tens + unit;
}

/** "duemilaquarantotto", "cinquecento", "ventuno"; null for other words. */
function italianCompound(word: string): number | null {
  if (word.length > COMPOUND_LETTERS_MAX) return null;
  const match = /^(.*?)(mila|mille)(.*)$/u.exec(word);
  if (match === null) return italianBelowThousand(word);
  const [, thousands = '', , rest = ''] = match;
  const upper = thousands === '' ? 1 : italianBelowThousand(thousands);
  const lower = rest === '' ? 0 : italianBelowThousand(rest);
  return upper === null || lower === null ? null : upper * 1000 + lower;
}

function italianBelowThousand(word: string): number | null {
  const at = word.indexOf('cento');
  if (at < 0) return italianBelowHundred(word);
  const digit = at === 0 ? 1 : digitOf(word.slice(0, at));
  const rest = word.slice(at + 'cento'.length);
  const lower = rest === '' ? 0 : italianBelowHundred(rest);
  return digit === null || lower === null ? null : digit * 100 + lower;
}

function italianBelowHundred(word: string): number | null {
  const plain = digitOf(word);
  if (plain !== null) return plain;
  // The ten loses its vowel before uno and otto: ventuno, quarantotto.
  for (const [tens, value] of ITALIAN_TENS) {
    const stem = tens.slice(0, -1);
    if (!word.startsWith(stem)) continue;
    const unit = digitOf(word.slice(stem.length)) ?? digitOf(word.slice(tens.length).replace('é', 'e'));
    if (word.endsWith('uno')) return value + 1;
    if (unit !== null && unit < 10) return value + unit;
  }
  return null;
}

function digitOf(word: string): number | null {
  const numeral = NUMERALS.get(word);
  return numeral?.kind === 'digit' && numeral.value < 100 ? numeral.value : null;
}

function addHalf(value: number | null): number | null {
  return value === null ? null : value + 0.5;
}

function scaled(value: number, words: string): Readonly<Record<string, number>> {
  return Object.fromEntries(words.split(' ').map((word) => [word, value]));
}
