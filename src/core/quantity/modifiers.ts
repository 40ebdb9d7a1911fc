import { foldWord, matchPhrase, type QuantityToken } from './tokens.ts';

/** How an amount is bounded; a range is made of two amounts and has no words of its own here. */
export type Bound = 'exact' | 'about' | 'under' | 'over';

// The longest phrase before the amount wins, so "no more than" is not read as "more than".
const BEFORE = phraseMap({
  about: [
    'about, around, roughly, approximately, approx, circa, c, ca, some, nearly, almost, close to, near, nearing, approaching, an estimated, estimated, somewhere around, something like, more or less',
    'in the region of, in the neighborhood of, in the neighbourhood of, in the order of, on the order of, in the ballpark of, in the vicinity of, ballpark, just about, virtually, practically, ~, ∼, ≈, ±, ～',
    'rund, etwa, ungefähr, zirka, fast, beinahe, nahezu, annähernd, schätzungsweise, um die, an die, gegen, in etwa, circa um, geschätzt, geschätzte, geschätzten',
    'environ, près de, presque, quelque, autour de, à peu près, approximativement, aux alentours de, quasiment, dans les, avoisine, avoisinant, approche, estimé à',
    'unos, unas, alrededor de, aproximadamente, cerca de, casi, en torno a, más o menos, aproximadamente unos, cercano a, cercana a, ronda, rondan, rondaría, rozando',
    'quasi, intorno a, intorno ai, intorno agli, attorno a, attorno ai, all incirca, approssimativamente, più o meno, pressappoco, pressoché, vicino a, sui, circa',
    'por volta de, em torno de, perto de, uns, umas, quase, mais ou menos, aproximadamente',
    '约, 約, 大约, 大約, 大概, 约为, 約為, 约合, 約合, 将近, 將近, 接近, 近, 估计, 估計, 差不多',
    'करीब, क़रीब, लगभग, तकरीबन, तक़रीबन, अनुमानित, करीब करीब',
  ],
  under: [
    'under, below, beneath, less than, fewer than, lower than, smaller than, no more than, not more than, at most, up to, as much as, as many as, a maximum of, maximum of, maximum, max, just under, just below, just shy of, shy of, short of, south of, not exceeding, not exceed, no higher than, not even, not above, caps at, capped at, cap of, limited to, within, inside, <, ≤, &lt',
    'unter, weniger als, höchstens, maximal, bis zu, nicht mehr als, nicht einmal, keine, kaum mehr als, unterhalb von, knapp, knapp unter, nicht über, geringer als, niedriger als, allenfalls, kein',
    'moins de, moins d, au plus, tout au plus, au maximum, maximum, jusqu à, pas plus de, pas plus d, inférieur à, inférieure à, inférieurs à, en dessous de, sous les, sous la barre des, pas même, n atteint pas',
    'menos de, como máximo, a lo sumo, hasta, no más de, no llega a, no llegan a, no llegó a, no alcanza, inferior a, inferiores a, por debajo de, ni siquiera, máximo, un máximo de',
    'meno di, meno dei, al massimo, fino a, non più di, inferiore a, inferiori a, sotto i, sotto gli, al di sotto di, al di sotto dei, nemmeno, neanche, appena sotto, non arriva a',
    'no máximo, até, não mais de, não mais do que, não mais que, não chega a, não chegou a, abaixo de, abaixo dos, menos do que, nem mesmo, inferior aos',
    '不到, 不足, 少于, 少於, 低于, 低於, 不超过, 不超過, 至多, 最多, 不高于, 不高於, 小于, 不多于',
    'अधिकतम, ज़्यादा से ज़्यादा, अधिक से अधिक, ज्यादा से ज्यादा',
  ],
  over: [
    'over, above, more than, greater than, higher than, larger than, at least, no fewer than, no less than, not less than, not fewer than, nothing less than, upwards of, upward of, north of, in excess of, exceeding, exceeds, exceed, exceeded, topping, tops, topped, surpassing, surpassed, surpasses, surpass, beyond, well over, just over, a little over, slightly over, a minimum of, minimum of, minimum, min, past, better than, >, ≥, &gt',
    'über, mehr als, mindestens, wenigstens, nicht weniger als, zumindest, gut, jenseits von, oberhalb von, übersteigt, überstieg, überschreitet, überschritt, übertrifft, höher als, nicht unter, deutlich über, weit über, knapp über',
    'plus de, plus d, au moins, au minimum, pas moins de, pas moins d, supérieur à, supérieure à, supérieurs à, au delà de, au dessus de, dépasse, dépasser, dépassent, dépasserait, dépassait, dépassé, excède, excédant, dépassant, minimum',
    'más de, al menos, por lo menos, como mínimo, cuando menos, no menos de, superior a, superiores a, por encima de, supera, superan, superó, superaría, superarían, superaba, superando, superar, sobrepasa, excede, rebasa, un mínimo de, mínimo',
    'più di, più dei, oltre, oltre i, oltre gli, almeno, non meno di, superiore a, superiori a, sopra i, al di sopra di, al di sopra dei, supera, superano, supererebbe, superava, superato, superando, ha superato, perlomeno, minimo',
    'mais de, mais do que, pelo menos, ao menos, no mínimo, não menos de, acima de, acima dos, superior aos, ultrapassa, ultrapassou, ultrapassaria, ultrapassam, ultrapassando, excede, superou',
    '超过, 超過, 逾, 超, 高于, 高於, 多于, 多於, 至少, 最少, 不低于, 不低於, 不少于, 不少於, 大于, 大於, 突破',
    'कम से कम, न्यूनतम',
  ],
});

const AFTER = phraseMap({
  about: [
    'or so, or thereabouts, give or take, odd, ish, more or less, approximately, roughly',
    'oder so, in etwa, environ, à peu près, más o menos, aproximadamente, circa, all incirca, più o meno, mais ou menos, aproximadamente',
    '左右, 上下',
    'के करीब, के क़रीब, के आसपास, के लगभग, के आस पास',
  ],
  under: [
    'or less, or fewer, or under, or below, at most, max, maximum, tops, at the most',
    'oder weniger, höchstens, maximal, ou moins, au plus, au maximum, tout au plus, maximum, o menos, como máximo, a lo sumo, o meno, al massimo, ou menos, no máximo',
    '以下, 以内, 以內',
    'से कम, से भी कम, से नीचे, तक, से ज़्यादा नहीं, से ज्यादा नहीं, से अधिक नहीं',
  ],
  over: [
    'or more, or higher, or greater, or above, and up, and above, plus, +, at least, minimum, at a minimum, upwards, and more',
    'oder mehr, und mehr, mindestens, ou plus, et plus, au moins, au minimum, minimum, o más, como mínimo, al menos, o più, almeno, ou mais, no mínimo, pelo menos',
    '以上',
    'से ज़्यादा, से ज्यादा, से अधिक, से ऊपर, से भी ज़्यादा, से भी ज्यादा, से भी अधिक, से कम नहीं, से ज़्यादा की, या उससे अधिक',
  ],
});

// "questions about the $5.6 million", "a row over $6m": here the word is no bound.
const TOPIC_WORDS = new Set([
  'about',
  'over',
  'around',
  'gut',
  'past',
  'some',
  'c',
  'near',
  'gegen',
  'inside',
  'within',
  'kein',
]);
const TOPIC_LEADS = new Set(
  'question questions doubt doubts row dispute fight battle lawsuit debate concern concerns claim claims scepticism skepticism sceptical skeptical talk argument haggle haggling'.split(
    ' ',
  ),
);
const ADJECTIVES = new Set(['minimum', 'maximum', 'max', 'approximately', 'roughly', 'environ', 'circa']);
// Articles and the like between the bound and the amount: "superaría los 500", "less than the $6m", "au moins les 5".
const SKIPPED = new Set(
  'the a an of total sum der die das den dem de des d le la les l los las el il i gli lo o os as um uma un una ein eine einen einer von vom auf zu only just 有 需 要 花 费 為 为 用 了 达 達 到'.split(
    ' ',
  ),
);
const SKIPPED_MAX = 2;
const WORDS_MAX = 5;

/** The bound that the words right before a token put on the amount that starts there. */
export function readBoundBefore(tokens: readonly QuantityToken[], start: number): Bound {
  const before = wordsBefore(tokens, start);
  for (let skipped = 0; skipped <= SKIPPED_MAX && before.length > skipped; skipped++) {
    const end = before.length - skipped;
    if (skipped > 0 && !SKIPPED.has(before[end] ?? '')) return 'exact';
    for (let first = Math.max(0, end - WORDS_MAX); first < end; first++) {
      const bound = BEFORE.get(before.slice(first, end).join(' '));
      if (bound === undefined) continue;
      const isTopic = first === end - 1 && TOPIC_WORDS.has(before[first] ?? '');
      if (isTopic && (skipped > 0 || TOPIC_LEADS.has(before[first - 1] ?? ''))) return 'exact';
      return bound;
    }
  }
  return 'exact';
}

/** The bound that follows an amount ("or more", "以上", "से कम") and the index after it; null when none does. */
export function readBoundAfter(
  tokens: readonly QuantityToken[],
  end: number,
): { readonly value: Bound; readonly end: number } | null {
  const next = tokens[end];
  if (next === undefined) return null;
  // "$100m, tops" and "$5m plus tax": a comma parts them, and a spaced "plus" adds something else.
  if (next.text === 'plus' && !next.isGlued && tokens[end - 1]?.raw !== '-') return null;
  const start = next.raw === '-' && next.isGlued ? end + 1 : end;
  const bound = matchPhrase(tokens, start, AFTER);
  // "the $1 minimum price": the word belongs to the noun behind it.
  const isAdjective =
    bound !== null && ADJECTIVES.has(tokens[bound.end - 1]?.text ?? '') && tokens[bound.end]?.kind === 'word';
  return isAdjective ? null : bound;
}

/** Up to seven folded words that stand right before a token, nearest last; marks that belong to words are left out. */
function wordsBefore(tokens: readonly QuantityToken[], start: number): readonly string[] {
  const found: string[] = [];
  for (let at = start - 1; at >= 0 && found.length < WORDS_MAX + SKIPPED_MAX; at--) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'break') break;
    // "approx.", "jusqu'à", "au-delà"
    if (/^[.'’-]$/u.test(token.raw) && token.isGlued && tokens[at - 1]?.kind === 'word') continue;
    if (token.kind === 'number' || /^[,;:!?()（），。；：]$/u.test(token.raw)) break;
    found.push(token.text);
  }
  return found.reverse();
}

function phraseMap(lists: Readonly<Record<'about' | 'under' | 'over', readonly string[]>>): ReadonlyMap<string, Bound> {
  const bounds = ['about', 'under', 'over'] as const;
  return new Map(
    bounds.flatMap((bound) =>
      lists[bound].flatMap((list) => list.split(', ').map((words): [string, Bound] => [foldWord(words), bound])),
    ),
  );
}
