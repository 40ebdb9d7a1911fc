import type { NumberContext, ReadNumber } from './numbers.ts';
import { foldWord, isHyphen, matchPhrase, type QuantityToken } from './tokens.ts';

/** A unit that was read, and the index after its last token. */
export interface ReadUnit {
  readonly unit: string;
  readonly end: number;
}

const CODES = new Set(
  'USD EUR GBP JPY CNY RMB INR TWD HKD KRW CHF AUD CAD NZD SGD SEK NOK DKK BRL MXN RUB TRY ILS AED SAR THB MYR IDR VND PHP PLN CZK HUF ZAR NGN PKR UAH QAR EGP ARS CLP COP'.split(
    ' ',
  ),
);
const CODE_ALIASES: Readonly<Record<string, string>> = { RMB: 'CNY', NTD: 'TWD', CNH: 'CNY', UAE: 'AED' };

const SYMBOLS: Readonly<Record<string, string>> = {
  $: 'USD',
  '＄': 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₪': 'ILS',
  '₫': 'VND',
  '฿': 'THB',
  '₴': 'UAH',
  '₦': 'NGN',
  '₱': 'PHP',
};
const YEN_SIGNS = new Set(['¥', '￥']);

// Letters glued before a dollar sign, or right behind it ("$US5m", "$A4m").
const DOLLARS: Readonly<Record<string, string>> = {
  US: 'USD',
  USD: 'USD',
  'U.S.': 'USD',
  NT: 'TWD',
  HK: 'HKD',
  A: 'AUD',
  AU: 'AUD',
  AUD: 'AUD',
  C: 'CAD',
  CA: 'CAD',
  CAD: 'CAD',
  S: 'SGD',
  SG: 'SGD',
  SGD: 'SGD',
  NZ: 'NZD',
  R: 'BRL',
  MX: 'MXN',
  HKD: 'HKD',
  NTD: 'TWD',
  TW: 'TWD',
};

const LEADING_LETTERS = new Set([...CODES, ...Object.keys(CODE_ALIASES), ...Object.keys(DOLLARS), 'CN', 'JP']);
const LEADING_LETTERS_MAX = 4;

// Words that stand before the amount: "Rs 25 lakh", "Rupees 25 lakh", "人民币4000万元", "euro 5 milioni".
const LEADING_WORDS = phraseMap({
  INR: 'rs, inr, rupees, रुपये, रु, रुपए, ₹',
  CNY: 'rmb, 人民币, 人民幣, renminbi',
  USD: '美元, usd, डॉलर',
  TWD: '新台币, 新臺幣',
  HKD: '港币, 港幣',
  MYR: 'rm',
  IDR: 'rp',
  CHF: 'sfr, fr',
});

const US = 'us, u.s., u.s.a., american';
const CURRENCY_WORDS = phraseMap({
  USD: [
    'dollar, dollars, buck, bucks, dólar, dólares, dollari, dollaro, डॉलर, डालर, 美元, 美金, 美刀, ドル',
    US.split(', ')
      .flatMap((us) => [`${us} dollar`, `${us} dollars`])
      .join(', '),
    'us dollari, dollari usa, dollari statunitensi, dollari americani, dollars américains, dollars us, amerikanische dollar, amerikanischen dollar',
    'dólares estadounidenses, dólares americanos, dólares norteamericanos, dólares de estados unidos, dólares dos eua, अमेरिकी डॉलर, यूएस डॉलर',
  ].join(', '),
  EUR: 'euro, euros, यूरो, 欧元, 歐元, ユーロ',
  GBP: 'pound, pounds, pounds sterling, sterling, british pounds, livres sterling, libras esterlinas, libras, sterline, pfund, britische pfund, पाउंड, पाउण्ड, 英镑, 英鎊',
  CNY: 'yuan, yuans, yuan renminbi, renminbi, rmb, chinese yuan, iuanes, yuanes, yuanes chinos, युआन, 元, 元人民币, 元人民幣, 人民币, 人民幣, 块钱, 塊錢',
  JPY: 'yen, yens, yenes, ienes, japanese yen, येन, 日元, 日圆, 日圓, 円',
  INR: 'rupee, rupees, indian rupees, rupien, roupies, rupias, rupie, रुपये, रुपए, रुपया, रुपयों, रु, 卢比, 盧比',
  TWD: 'taiwan dollars, taiwanese dollars, new taiwan dollars, taiwan dollar, dollars taïwanais, 新台币, 新臺幣, 新台幣, 台币, 台幣',
  HKD: 'hong kong dollars, hong kong dollar, hongkong dollar, dollars de hong kong, 港元, 港币, 港幣',
  KRW: 'korean won, south korean won, wons, वॉन, 韩元, 韓元',
  CHF: 'franken, swiss francs, swiss franc, schweizer franken, francs suisses, francos suizos, franchi svizzeri, francos suíços, 瑞郎, 瑞士法郎',
  AUD: 'australian dollars, australian dollar, australische dollar, australischen dollar, dollars australiens, dólares australianos, dollari australiani, 澳元',
  CAD: 'canadian dollars, canadian dollar, kanadische dollar, kanadischen dollar, dollars canadiens, dólares canadienses, dólares canadenses, dollari canadesi, 加元',
  SGD: 'singapore dollars, singapore dollar, 新元, 新加坡元',
  NZD: 'new zealand dollars, new zealand dollar',
  BRL: 'reais, brazilian reais, reales, réais',
  MXN: 'pesos, mexican pesos, pesos mexicanos',
  RUB: 'rubles, roubles, ruble, rouble, rubel, rublos, rubli, रूबल, 卢布, 盧布',
  TRY: 'lira, liras, turkish lira, turkish liras',
  ILS: 'shekels, shekel, schekel, new shekels',
  AED: 'dirhams, dirham, emirati dirhams',
  SAR: 'riyals, riyal, saudi riyals',
  THB: 'baht',
  MYR: 'ringgit',
  IDR: 'rupiah',
  VND: 'dong, vietnamese dong',
  PHP: 'philippine pesos',
  PLN: 'zloty, zlotys, złoty, złotych, zł',
  CZK: 'koruna, korunas, kč, czech crowns, czech koruna',
  SEK: 'kronor, swedish kronor, swedish krona, swedish crowns',
  NOK: 'norwegian kroner, norwegian krone, norwegian crowns',
  DKK: 'danish kroner, danish krone, danish crowns, kroner',
  HUF: 'forint, forints',
  ZAR: 'rand',
  NGN: 'naira',
  PKR: 'pakistani rupees',
  UAH: 'hryvnia, hryvnias',
  EGP: 'egyptian pounds',
});
// "won" is also a verb and "real" an adjective: they are money only behind a scale ("90 billion won").
const CURRENCY_WORDS_AFTER_SCALE = phraseMap({ KRW: 'won', BRL: 'real', RON: 'lei', SEK: 'kr, krona, crowns' });
// 元旦, 元素, 元首, 元年, 元老, 元件, 元宇宙: 元 opens another word.
const NOT_YUAN = new Set([...'旦素首年老件宇组']);
const CONNECTORS = new Set(['de', 'd', "'", '’', 'di', 'of', 'in', 'का', 'के']);

/** Whether a token can be the sign, code or word of a currency before an amount: a quick look that spares most tokens the reading. */
export function canLeadAmount({ kind, raw, text }: Pick<QuantityToken, 'kind' | 'raw' | 'text'>): boolean {
  if (kind === 'mark') return YEN_SIGNS.has(raw) || SYMBOLS[raw] !== undefined;
  return LEADING_WORDS.has(text) || (kind === 'word' && raw.length <= LEADING_LETTERS_MAX && LEADING_LETTERS.has(raw));
}

/** The currency that stands before an amount ("$", "US$", "EUR", "Rs."), or null. */
export function readLeadingCurrency(context: NumberContext, start: number): ReadUnit | null {
  const { tokens } = context;
  const token = tokens[start];
  const next = tokens[start + 1];
  if (token === undefined || next === undefined) return null;
  if (token.kind === 'mark') return readLeadingSymbol(context, start);
  if (token.kind !== 'word' && token.kind !== 'han') return null;
  const dollar = DOLLARS[token.raw];
  if (dollar !== undefined && (next.raw === '$' || next.raw === '＄') && next.isGlued)
    return { unit: dollar, end: start + 2 };
  if (YEN_SIGNS.has(next.raw) && next.isGlued && /^(?:CN|RMB|CNY)$/u.test(token.raw))
    return { unit: 'CNY', end: start + 2 };
  if (/^(?:JP|JPY)$/u.test(token.raw) && YEN_SIGNS.has(next.raw)) return { unit: 'JPY', end: start + 2 };
  const code = codeOf(token.raw);
  if (code !== null) return { unit: code, end: isColon(next) ? start + 2 : start + 1 };
  const word = LEADING_WORDS.get(token.text);
  if (word === undefined) return null;
  return { unit: word, end: next.raw === '.' && next.isGlued ? start + 2 : start + 1 };
}

function readLeadingSymbol({ tokens, yenSign }: NumberContext, start: number): ReadUnit | null {
  const token = tokens[start];
  const next = tokens[start + 1];
  if (token === undefined || next === undefined) return null;
  if (YEN_SIGNS.has(token.raw)) return { unit: yenSign, end: start + 1 };
  const unit = SYMBOLS[token.raw];
  if (unit === undefined) return null;
  const dollar = unit === 'USD' && next.isGlued && tokens[start + 2]?.isGlued === true ? DOLLARS[next.raw] : undefined;
  return dollar === undefined ? { unit, end: start + 1 } : { unit: dollar, end: start + 2 };
}

/** The currency behind a number ("million dollars", "M$", "d'euros", "万美元", "USD"), or null. */
export function readTrailingCurrency(context: NumberContext, number: ReadNumber): ReadUnit | null {
  const { tokens } = context;
  let at = number.end;
  for (let skipped = 0; skipped < 2; skipped++) {
    const token = tokens[at];
    if (token === undefined) return null;
    if ((isHyphen(token) && token.isGlued) || CONNECTORS.has(token.text)) at++;
  }
  const token = tokens[at];
  if (token === undefined) return null;
  if (token.kind === 'mark') return readTrailingSymbol(context, at);
  const dollar = DOLLARS[token.raw];
  if (dollar !== undefined && tokens[at + 1]?.raw === '$' && tokens[at + 1]?.isGlued === true)
    return startsNumber(tokens[at + 2]) ? null : { unit: dollar, end: at + 2 };
  const code = codeOf(token.raw);
  if (code !== null) return { unit: code, end: at + 1 };
  if (token.raw === '元' && NOT_YUAN.has(tokens[at + 1]?.raw ?? '')) return null;
  const words = matchPhrase(tokens, at, CURRENCY_WORDS);
  if (words !== null)
    return tokens[words.end]?.text === 'of' && words.value === 'GBP' ? null : { unit: words.value, end: words.end };
  const late = number.scale > 1 || number.value >= 1e5 ? matchPhrase(tokens, at, CURRENCY_WORDS_AFTER_SCALE) : null;
  return late === null ? null : { unit: late.value, end: late.end };
}

function readTrailingSymbol({ tokens, yenSign }: NumberContext, at: number): ReadUnit | null {
  const raw = tokens[at]?.raw ?? '';
  const unit = YEN_SIGNS.has(raw) ? yenSign : SYMBOLS[raw];
  // "5 $6m" is no amount in front of another one.
  return unit === undefined || startsNumber(tokens[at + 1]) ? null : { unit, end: at + 1 };
}

function startsNumber(token: QuantityToken | undefined): boolean {
  return token?.kind === 'number' && token.isGlued;
}

function codeOf(raw: string): string | null {
  return CODE_ALIASES[raw] ?? (CODES.has(raw) ? raw : null);
}

function isColon(token: QuantityToken): boolean {
  return token.raw === ':';
}

function phraseMap(lists: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(lists).flatMap(([unit, list]) =>
      list.split(', ').map((words): [string, string] => [foldWord(words), unit]),
    ),
  );
}
