import { addToHash, HASH_START, type SpelledWord, type WordMemory } from '#src/core/text/word-memory.ts';

/** One piece of text for the quantity reader; offsets are UTF-16 indexes, `end` exclusive. */
export interface QuantityToken {
  readonly kind: 'number' | 'word' | 'han' | 'mark' | 'break';
  /** As written. */
  readonly raw: string;
  /** Folded by `foldWord`: compare with the word lists. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** No white space stands before it. */
  readonly isGlued: boolean;
  readonly sense: TokenSense;
}

/** What a token says for itself, wherever it stands. */
export interface TokenSense {
  /** Whether an amount can begin with it. */
  readonly canOpen: boolean;
  /** 1 for a word of a language that writes 1,5, -1 for one that writes 1.5. */
  readonly vote: -1 | 0 | 1;
  readonly isYuan: boolean;
}

/** How the sense of a token is found: of a word of ASCII letters, which most tokens are, in what is remembered of it. */
export interface SenseFinder {
  readonly words: WordMemory<Pick<QuantityToken, 'raw' | 'text' | 'sense'>>;
  readonly find: (token: Pick<QuantityToken, 'kind' | 'raw' | 'text'>) => TokenSense;
}

// Chinese has no spaces: the words that matter are cut out longest first, every other character stands alone.
// A numeral is never the start of a word here, so that numbers can be read character by character.
const HAN_WORDS = [
  '美元 美金 美刀 欧元 歐元 英镑 英鎊 日元 日圆 日圓 韩元 韓元 港元 港币 港幣 新台币 新臺幣 新台幣 台币 台幣 人民币 人民幣',
  '卢比 盧比 卢布 盧布 加元 澳元 新元 新加坡元 瑞郎 瑞士法郎 块钱 塊錢 元人民币 元人民幣',
  '显卡 顯卡 芯片 晶片 加速卡 加速器 图形处理器 圖形處理器 处理器 處理器 算力卡 卡时 卡時 小时 小時 机时 機時',
  '英伟达 輝達 辉达 华为 華為 昇腾 昇騰 高端 先进 先進 人工智能 人工智慧 高性能 图形 圖形 系列 架构 架構 左右 上下 以上 以下 以内 以內 之间 之間',
  '大约 大約 大概 约为 約為 约合 約合 约 約 将近 將近 接近 近 估计 估計 差不多 不到 不足 少于 少於 低于 低於 不超过 不超過 至多 最多 不高于 不高於 小于 不多于',
  '超过 超過 逾 超 高于 高於 多于 多於 至少 最少 不低于 不低於 不少于 不少於 大于 大於 突破 介于 介於',
].flatMap((line) => line.split(' '));

const HAN = HAN_WORDS.toSorted((a, b) => b.length - a.length).join('|');
const LETTER = '[\\p{L}--[\\p{Script=Han}]]';
// "EUR5m", "Rs380 crore": the only words that end where digits begin.
const GLUED_CODES = 'USD|EUR|GBP|JPY|CNY|RMB|INR|CHF|AUD|CAD|HKD|SGD|TWD|KRW|Rs|RM|Rp';
const SPACES = ' \\u00a0\\u2009\\u202f';
const TOKEN = new RegExp(
  [
    `(\\p{Nd}{1,3}(?:[${SPACES}]\\p{Nd}{3})+(?!\\p{Nd})(?:[.,]\\p{Nd}+)?|\\p{Nd}+(?:[.,'’]\\p{Nd}+)*[½¼¾]?|[½¼¾])`,
    `((?:${GLUED_CODES})(?=\\p{Nd})|U\\.S\\.(?:A\\.)?|${LETTER}(?:[${LETTER}\\p{M}\\p{Nd}\\u200c\\u200d])*)`,
    `(${HAN}|\\p{Script=Han}|〇)`,
    '([\\n\\r\\u2028\\u2029])',
    '\\S',
  ].join('|'),
  'gv',
);
const SPACE = 0x20;
const ASCII_END = 0x80;
const NOT_ASCII = /[^\p{ASCII}]/u;

/** The tokens of a text in order; white space is left out, line breaks are kept. */
export function listQuantityTokens(text: string, senses: SenseFinder): readonly QuantityToken[] {
  const tokens: QuantityToken[] = [];
  let previousEnd = 0;
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) === SPACE) {
      at++;
      continue;
    }
    const piece = readPlainWord(text, at) ?? readPiece(text, at);
    if (piece === null) break;
    const { kind, start, end } = piece;
    const isGlued = start === previousEnd;
    if (kind === 'plain') {
      const { raw, text: folded, sense } = senses.words.read(piece);
      tokens.push({ kind: 'word', raw, text: folded, start, end, isGlued, sense });
    } else {
      const raw = text.slice(start, end);
      const folded = foldWord(raw);
      tokens.push({ kind, raw, text: folded, start, end, isGlued, sense: senses.find({ kind, raw, text: folded }) });
    }
    previousEnd = end;
    at = end;
  }
  return tokens;
}

/**
 * A word of ASCII letters with its hash, or null when none begins there or digits, other letters or "U.S." may be part of it: most words
 * are that plain and need no pattern, which takes three times as long.
 */
function readPlainWord(text: string, start: number): (SpelledWord & { readonly kind: 'plain' }) | null {
  let end = start;
  let hash = HASH_START;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (!isAsciiLetter(code)) break;
    hash = addToHash(hash, code);
  }
  if (end === start) return null;
  const next = text.charCodeAt(end);
  if (next >= ASCII_END || (next >= 0x30 && next <= 0x39)) return null;
  if (end - start === 1 && text.startsWith('U.S.', start)) return null;
  return { kind: 'plain', text, start, end, hash };
}

function isAsciiLetter(code: number): boolean {
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

function readPiece(
  text: string,
  from: number,
): { readonly kind: QuantityToken['kind']; readonly start: number; readonly end: number } | null {
  TOKEN.lastIndex = from;
  const match = TOKEN.exec(text);
  if (match === null) return null;
  const [raw, number, word, han, lineBreak] = match;
  const end = match.index + raw.length;
  if (word !== undefined) return { kind: 'word', start: match.index, end };
  if (number !== undefined) return { kind: 'number', start: match.index, end };
  if (han !== undefined) return { kind: 'han', start: match.index, end };
  return { kind: lineBreak === undefined ? 'mark' : 'break', start: match.index, end };
}

/** Lower case and compatibility-composed (NFKC): full-width and Devanagari spellings become one. */
export function foldWord(word: string): string {
  return (NOT_ASCII.test(word) ? word.normalize('NFKC') : word).toLowerCase();
}

/** The key of the longest phrase of a list that starts at a token, and the index after it; hyphens may stand for spaces. */
export function matchPhrase<T>(
  tokens: readonly QuantityToken[],
  start: number,
  phrases: ReadonlyMap<string, T>,
): { readonly value: T; readonly end: number } | null {
  let key = '';
  let best: { readonly value: T; readonly end: number } | null = null;
  for (let wordCount = 0, i = start; wordCount < PHRASE_WORDS_MAX && i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'break') break;
    if (isHyphen(token) && wordCount > 0 && token.isGlued) continue;
    key = key === '' ? token.text : `${key} ${token.text}`;
    wordCount++;
    const value = phrases.get(key);
    if (value !== undefined) best = { value, end: i + 1 };
  }
  return best;
}

/** Whether a token is a hyphen or a non-breaking hyphen. */
export function isHyphen(token: QuantityToken): boolean {
  return token.raw === '-' || token.raw === '‑' || token.raw === '‐';
}

// The longest phrases are of the kind "in the neighbourhood of".
const PHRASE_WORDS_MAX = 5;
