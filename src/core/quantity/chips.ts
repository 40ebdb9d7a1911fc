import type { ReadUnit } from './currencies.ts';
import { countOf, type NumberContext, type ReadNumber } from './numbers.ts';
import { foldWord, isHyphen, type QuantityToken } from './tokens.ts';

// Nouns that mean accelerators whatever stands around them.
const CHIP_NOUNS = words([
  'gpu gpus tpu tpus gpgpu gpgpus npu npus accelerator accelerators hoppers blackwells',
  'grafikkarten grafikkarte grafikprozessoren grafikchips ki-chips beschleuniger beschleunigern beschleunigerkarten beschleunigerchips rechenbeschleuniger',
  'accélérateurs aceleradores aceleradoras acceleratori accelerateurs',
  '显卡 顯卡 加速卡 加速器 图形处理器 圖形處理器 算力卡',
  'जीपीयू एक्सेलेरेटर एक्सेलरेटर',
]);
// Nouns that need a count that means something: "two cards to play", "one chip on his shoulder" are idioms.
const LOOSE_NOUNS = words([
  'chips cards boards processors microchips semiconductors',
  'karten prozessoren halbleiter chip',
  'puces cartes processeurs',
  'tarjetas procesadores',
  'schede processori',
  'placas processadores',
  '芯片 晶片 处理器 處理器 卡',
  'चिप्स चिप चिपों प्रोसेसर कार्ड',
]);
const LOOSE_COUNT_MIN = 8;
// "chip" and "card" count only in compounds ("a 2,000-chip cluster") in English, where the plural has an s.
const ENGLISH_SINGULARS = words(['chip card processor board']);

// H800, A100s, GB200, MI300X, L40S, 910B; the letters of game cards stand alone ("RTX").
const MODEL = /^(?:[abhlvtpk]\d{2,3}[a-z]{0,3}|gb?\d{3}|mi\d{3}[a-z]?|910[bc])s?$/u;
// Any other name of letters and digits may stand before the noun: "एच800 चिप्स", "BR100 chips".
const MODEL_LIKE = /^[\p{L}\p{M}]{1,4}\d{2,4}\p{L}{0,2}$/u;
const MODEL_WORDS = words(['rtx gtx hopper blackwell ampere']);
// A name whose next number belongs to it: "Ascend 910B", "RTX 4090", "Gaudi 3".
const NAMES_WITH_NUMBER = words([
  'ascend 昇腾 昇騰 rtx gtx geforce radeon gaudi xeon pentium ryzen core llama claude gemini qwen grok version phase stage level',
  'section room figure table chapter article page windows tesla iphone galaxy v',
]);

const HOUR_WORDS = words([
  'hour hours hr hrs h stunde stunden heure heures hora horas ora ore 小时 小時 机时 機時 时 時 घंटे घंटा घंटों घण्टे',
]);
const CARD_HOURS = words(['卡时 卡時 gpuh gpu小时']);
const CALCULATION_WORDS = words([
  'de d di of calcul cálculo calcolo compute computing computación computação time rechenzeit',
]);

// What may stand between the count and the noun.
const FILLERS = words([
  'nvidia nvidias amd huawei intel google amazon 英伟达 輝達 辉达 华为 華為 एनवीडिया एनविडिया',
  'ai ia ki ml hpc a.i. graphics graphic graphical processing units unit gráficas gráficos gráfica graphiques graphique grafiche grafici video vídeo vidéo',
  'high end top grade performance powered powerful advanced modern specialised specialized special dedicated individual separate single expensive cheap cheaper old older new newer latest best',
  'state art cutting edge less more lower cost slower weaker restricted banned smuggled export compliant generation class data center centre server grade such flagship chinese american us made',
  'of its the their his her these those our your s de des du d la las los les del dei delle di do da dos das der die den dem vom von typ type tipo modell modèle modelo modello marque marca',
  'moderne modernen spezielle speziellen leistungsfähige leistungsfähigen teure teuren puissantes avancées spécialisées avanzados avanzadas especializados specializzati avançados',
  'unidades unidad procesamiento processamento gráfico unità elaborazione grafica grafica',
  '块 塊 张 張 枚 颗 顆 片 个 個 台 多 余 餘 的 型 系列 架构 架構 类 類 等 高端 先进 先進 高性能 人工智能 人工智慧 图形 圖形 算力 训练 訓練 专用 專用',
  'एआई हाई एंड ग्राफिक्स ग्राफिक के की का वाले वाली उन्नत आधुनिक',
]);
// Measure words of flat and round things: the noun phrase behind them may hold any adjective.
const CHIP_CLASSIFIERS = words(['块 塊 张 張 颗 顆 枚 片']);
const NEVER_BETWEEN = words([
  'and or in on at to for from with by per as than that which who were was is are be been used use uses using had has have while when but not',
  'credit debit memory sim gift business green red yellow poker potato circuit phone mobile identity playing trading report post voting sound bank',
  'und oder in mit für et ou en avec pour y o con para e ed com percent prozent people users companies startups dollar dollars euro euros million billion',
]);
const GAP_TOKENS_MAX = 9;

// "2,000 GPU days", "two GPU makers": the noun behind takes the count.
const NOUNS_THAT_TAKE_THE_COUNT = words([
  'day days week weeks month months year years minute minutes second seconds maker makers vendor vendors company companies startup startups firm firms',
  'server servers node nodes rack racks core cores cloud clouds provider providers supplier suppliers manufacturer manufacturers design designs type types',
  'generation generations model models cluster clusters architecture architectures instance instances shipment shipments tage tagen jours días giorni dias 天 集群 服务器 厂商',
]);
// "in 2024 H100 prices fell": a year before a model name.
const YEAR_LEADS = words([
  'in since by during until till from of early late mid end year fiscal im seit anno année año ano em en nel dal desde depuis साल वर्ष before after',
]);

/** The GPU or GPU-hour unit behind a number ("Nvidia H800 GPUs", "cards", "GPU-hours", "块H800显卡"), or null. */
export function readChipUnit(
  context: NumberContext,
  { number, start }: { readonly number: ReadNumber; readonly start: number },
): ReadUnit | null {
  const { tokens } = context;
  if (number.value <= 0 || isYearBeforeName(tokens, { number, start }) || isNumberOfName(tokens, start)) return null;
  const hours = readHoursFirst(tokens, number.end);
  if (hours !== null) return hours;
  const found = readNoun(context, number);
  if (found === null) return null;
  const after = readHoursAfter(tokens, found.end);
  if (after !== null) return { unit: 'GPU-hours', end: after };
  return isCountOfGpus(context, { number, found }) ? { unit: 'GPUs', end: found.end } : null;
}

interface FoundNoun {
  readonly end: number;
  readonly noun: string;
  readonly isLoose: boolean;
  readonly isHyphenated: boolean;
}

/** The chip noun or model name that ends the noun phrase behind a number. */
function readNoun(context: NumberContext, number: ReadNumber): FoundNoun | null {
  const { tokens, style } = context;
  let found: FoundNoun | null = null;
  let unknownCount = 0;
  let unknown = '';
  const first = isTimes(tokens, number.end) ? number.end + 1 : number.end;
  for (let at = first; at < tokens.length && at - first < GAP_TOKENS_MAX; at++) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'break') break;
    const isStrong = CHIP_NOUNS.has(token.text) || (isModel(token) && !(token.isGlued && at === number.end));
    if (isStrong || isLooseNoun(token, style)) {
      if (!isStrong && unknownCount > 0 && !isAdjective(unknown, token)) break;
      const isHyphenated = at > number.end && isHyphen(tokens[at - 1] ?? token);
      const isLoose: boolean = !isStrong && (found === null || found.isLoose);
      found = { end: at + 1, noun: token.text, isLoose, isHyphenated };
    } else if (!isFiller(tokens, { at, first: number.end })) {
      if (found !== null || token.kind !== 'word' || token.isGlued || ++unknownCount > 1) break;
      if (NEVER_BETWEEN.has(token.text) || !number.isDigits) break;
      unknown = token.raw;
    } else if (found !== null && token.kind !== 'mark' && !isPartOfNoun(token)) break;
  }
  return found;
}

/** "8x H100", "4 × A100". */
function isTimes(tokens: readonly QuantityToken[], at: number): boolean {
  const next = tokens[at + 1];
  return /^[x×]$/u.test(tokens[at]?.text ?? '') && next !== undefined && isModel(next);
}

/** Before a loose noun: "smuggled chips", "Cambricon chips", but not "potato chips" or "Visa cards". */
function isAdjective(unknown: string, noun: QuantityToken): boolean {
  return unknown.endsWith('ed') || (/^\p{Lu}/u.test(unknown) && noun.text !== 'cards');
}

// Behind the first noun only another noun or model extends it: "puces H800", "chips of the type H800".
function isPartOfNoun(token: QuantityToken): boolean {
  return /^(?:vom|typ|type|tipo|de|graphiques|gráficas|grafiche|gráficos)$/u.test(token.text);
}

function isFiller(
  tokens: readonly QuantityToken[],
  { at, first }: { readonly at: number; readonly first: number },
): boolean {
  const token = tokens[at];
  if (token === undefined) return false;
  if (FILLERS.has(token.text) || MODEL_WORDS.has(token.text)) return true;
  if (NAMES_WITH_NUMBER.has(token.text) && tokens[at + 1]?.kind === 'number') return true;
  if (token.kind === 'mark') return /^[-‑‐'’·“”"「」]$/u.test(token.raw);
  if (token.kind === 'number') return NAMES_WITH_NUMBER.has(tokens[at - 1]?.text ?? '');
  // "910B" is two tokens.
  if (token.isGlued && tokens[at - 1]?.kind === 'number') return at > first && token.raw.length === 1;
  if (MODEL_LIKE.test(token.raw)) return true;
  if (token.kind === 'han') return at > first && CHIP_CLASSIFIERS.has(tokens[first]?.text ?? '');
  // The second half of "export-grade", and brand names.
  const before = tokens[at - 1];
  if (token.isGlued && before !== undefined && isHyphen(before)) return !NEVER_BETWEEN.has(token.text);
  const next = tokens[at + 1];
  return next !== undefined && isHyphen(next) && next.isGlued && !NEVER_BETWEEN.has(token.text);
}

function isModel(token: QuantityToken): boolean {
  return token.kind === 'word' && MODEL.test(token.text) && /^[A-Z]/u.test(token.raw);
}

function isLooseNoun(token: QuantityToken, style: NumberContext['style']): boolean {
  return LOOSE_NOUNS.has(token.text) || (style === 'point' && ENGLISH_SINGULARS.has(token.text));
}

function isCountOfGpus(
  { tokens, style }: NumberContext,
  { number, found }: { readonly number: ReadNumber; readonly found: FoundNoun },
): boolean {
  if (!Number.isInteger(countOf(number))) return false;
  if (found.isLoose && number.value < LOOSE_COUNT_MIN) return false;
  const isSingular = style === 'point' && ENGLISH_SINGULARS.has(found.noun);
  if (isSingular && !found.isHyphenated) return false;
  const next = tokens[found.end];
  if (next === undefined || found.isHyphenated || found.noun.endsWith('gpus')) return true;
  return !NOUNS_THAT_TAKE_THE_COUNT.has(next.text);
}

/** "heures de GPU", "horas GPU", "hours of H800 time", "卡时": the hour word stands first. */
function readHoursFirst(tokens: readonly QuantityToken[], start: number): ReadUnit | null {
  let at = start;
  while (
    isConnectingMark(tokens[at]) ||
    tokens[at]?.text === '个' ||
    tokens[at]?.text === '個' ||
    /^(?:de|d|di)$/u.test(tokens[at]?.text ?? '')
  )
    at++;
  const first = tokens[at];
  if (first === undefined) return null;
  if (CARD_HOURS.has(first.text)) return { unit: 'GPU-hours', end: at + 1 };
  if (!HOUR_WORDS.has(first.text)) return null;
  for (at++; at - start < GAP_TOKENS_MAX; at++) {
    const token = tokens[at];
    if (token === undefined) return null;
    if (CHIP_NOUNS.has(token.text) || isModel(token)) return { unit: 'GPU-hours', end: at + 1 };
    if (!isConnectingMark(token) && !CALCULATION_WORDS.has(token.text)) return null;
  }
  return null;
}

/** "GPU hours", "GPU-Stunden", "H800 GPU小时": the index after the hour word, or null. */
function readHoursAfter(tokens: readonly QuantityToken[], start: number): number | null {
  const at = isConnectingMark(tokens[start]) ? start + 1 : start;
  const token = tokens[at];
  return token !== undefined && HOUR_WORDS.has(token.text) ? at + 1 : null;
}

function isConnectingMark(token: QuantityToken | undefined): boolean {
  return token !== undefined && (isHyphen(token) || token.raw === "'" || token.raw === '’' || token.raw === '·');
}

function isYearBeforeName(
  tokens: readonly QuantityToken[],
  { number, start }: { readonly number: ReadNumber; readonly start: number },
): boolean {
  return /^(?:19[5-9]|20[0-3])\d$/u.test(number.raw) && YEAR_LEADS.has(tokens[start - 1]?.text ?? '');
}

function isNumberOfName(tokens: readonly QuantityToken[], start: number): boolean {
  return tokens[start]?.kind === 'number' && NAMES_WITH_NUMBER.has(tokens[start - 1]?.text ?? '');
}

function words(lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')).map(foldWord));
}
