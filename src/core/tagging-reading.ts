import type { CompiledLedger } from '#src/core/claim-language.ts';
import { detectLanguage } from '#src/core/language.ts';
import { findQuantities, type Quantity } from '#src/core/quantities.ts';
import { splitSentences } from '#src/core/sentences.ts';
import { CUE_LANGUAGE_DEFAULT, CUE_LANGUAGES, type CueKind } from '#src/core/stance-cues.ts';
import type { TermHit } from '#src/core/term-trie.ts';
import { type Token, tokenize } from '#src/core/tokens.ts';

/** The part of an article that offsets refer to. */
export type Field = 'title' | 'text';

/**
 * One sentence of an article: offsets into its field, its tokens (`firstToken` to `endToken`, exclusive), its paragraph, and the first sentence
 * that its pronouns can look back to. `questionStart` is where what it asks begins: itself, or a quotation at its end; null when it asks nothing.
 * `isProse` is false for what only points elsewhere: a label ("Method:") or an entry of a reference list.
 */
export type ReadSentence = {
  readonly field: Field;
  readonly start: number;
  readonly end: number;
  readonly firstToken: number;
  readonly endToken: number;
  readonly paragraph: number;
  readonly scopeStart: number;
  readonly hasLabel: boolean;
  readonly questionStart: number | null;
  readonly isProse: boolean;
};

/** Words that name or describe an entity, in one sentence. */
export type Mention = {
  readonly entity: string;
  readonly kind: 'name' | 'description';
  readonly first: number;
  readonly last: number;
};

/** Words that tell a stance. */
export type Cue = { readonly kind: CueKind; readonly first: number; readonly last: number };

/** A quantity with the field that its offsets refer to, its sentence, and whether it is a price per something ("$2 an hour"). */
export type ReadQuantity = Quantity & { readonly field: Field; readonly sentence: number; readonly isRate: boolean };

/** An article as the tagger sees it: sentences of title, then text; all token numbers count over both. */
export type Reading = {
  readonly lang: string | null;
  readonly title: string;
  readonly text: string;
  readonly sentences: readonly ReadSentence[];
  readonly tokens: readonly Token[];
  readonly sentenceOf: readonly number[];
  readonly hitsByTerm: ReadonlyMap<number, readonly TermHit[]>;
  readonly mentions: readonly (readonly Mention[])[];
  readonly cues: readonly (readonly Cue[])[];
  readonly quantities: readonly ReadQuantity[];
};

const QUESTION_END = /[?？][\s"'”’»」』)）*_]*$/u;
const QUOTED_QUESTION = /["“„«「][^"“”„«»「」]*[?？]\s*["”»」]\s*$/u;
const LABEL_END = /[:：]\s*$/u;
// How reference lists say when or where something was read.
const CITATION =
  /\b(?:accessed|retrieved|last visited)(?:\s+on)?:?\s+(?:\p{L}{3,9}\.?\s+)?\d|\b(?:abgerufen am|consulté le|consultado el|consultato il|acesso em)\s+\d|访问(?:日期|时间|于)|\barXiv:\d|\bdoi(?:\.org\/|:\s*)10\./iu;
// "Training Cost: ..." and "@somebody: ..." open an item of a list that stands for itself: "it" there means nothing named before.
const ITEM_LABEL = /^(?:@\w|[^.!?:]{3,80}:\s+["“'@\p{Lu}])/u;
// A label is written like a headline; a sentence such as "He put it so: ..." is not.
const SMALL_WORD = /(?<![\p{L}\p{N}])\p{Ll}\p{L}{4,}/u;
const CURRENCY = /^[A-Z]{3}$/;
const RATE = /^\s*(?:\/|(?:per|an?|pro|par|por|je)\s|每|प्रति)/iu;
// The words that tell a price per something from a sum follow at once.
const RATE_LOOK_CHARACTERS = 12;

type Article = { readonly title: string; readonly text: string; readonly lang: string | null };

/** Reads an article against a ledger: its language, its words and its amounts. `lang` of the article is what it declares. */
export function readArticle(ledger: CompiledLedger, article: Article): Reading {
  const lang = detectLanguage(`${article.title}\n${article.text}`, article.lang);
  const reading = readWords(ledger, { ...article, lang });
  const quantities = (['title', 'text'] as const).flatMap((field) =>
    readQuantities(field, { content: article[field], sentences: reading.sentences }),
  );
  return { ...reading, quantities };
}

/** Reads the words of an article whose language is known, in one pass for all terms; amounts are left out. */
export function readWords(ledger: CompiledLedger, article: Article): Reading {
  const { title, text, lang } = article;
  const cueLang = lang !== null && CUE_LANGUAGES.has(lang) ? lang : CUE_LANGUAGE_DEFAULT;
  const sentences: ReadSentence[] = [];
  const tokens: Token[] = [];
  const sentenceOf: number[] = [];
  for (const field of ['title', 'text'] as const)
    readField(field, { content: article[field], sentences, tokens, sentenceOf });
  const hitsByTerm = new Map<number, TermHit[]>();
  const mentions: Mention[][] = sentences.map(() => []);
  const cues: Cue[][] = sentences.map(() => []);
  for (const hit of ledger.index.find(tokens, sentenceOf)) {
    const { term, first, last } = hit;
    if (ledger.isPlain[term] !== true) {
      const sentence = sentenceOf[first] ?? 0;
      if (ledger.titleOnly.has(term) && sentences[sentence]?.field !== 'title') continue;
      if (lang !== null && ledger.langsOf.get(term)?.has(lang) === false) continue;
      for (const entity of ledger.nameOf.get(term) ?? [])
        mentions[sentence]?.push({ entity, kind: 'name', first, last });
      for (const entity of ledger.descriptionOf.get(term) ?? [])
        mentions[sentence]?.push({ entity, kind: 'description', first, last });
      for (const cue of ledger.cueOf.get(term) ?? []) {
        if (cue.lang === cueLang) cues[sentence]?.push({ kind: cue.kind, first, last });
      }
    }
    const known = hitsByTerm.get(term);
    if (known === undefined) hitsByTerm.set(term, [hit]);
    else known.push(hit);
  }
  return { lang, title, text, sentences, tokens, sentenceOf, hitsByTerm, mentions, cues, quantities: [] };
}

type FieldRun = {
  readonly content: string;
  readonly sentences: ReadSentence[];
  readonly tokens: Token[];
  readonly sentenceOf: number[];
};

function readField(field: Field, run: FieldRun): void {
  const { content, sentences, tokens, sentenceOf } = run;
  const words = tokenize(content);
  let word = 0;
  let paragraph = 0;
  let previousEnd = 0;
  let scopeStart = field === 'text' ? 0 : sentences.length;
  for (const { start, end } of splitSentences(content)) {
    const isLineStart = content.slice(previousEnd, start).includes('\n');
    if (isLineStart) paragraph++;
    const hasLabel = isLineStart && opensItem(content.slice(start, end));
    if (hasLabel) scopeStart = sentences.length;
    previousEnd = end;
    const firstToken = tokens.length;
    for (let token = words[word]; token !== undefined && token.start < end; token = words[++word]) {
      tokens.push(token);
      sentenceOf.push(sentences.length);
    }
    const sentence = content.slice(start, end);
    const asked = questionIn(sentence);
    const isProse = !LABEL_END.test(sentence) && !CITATION.test(sentence);
    sentences.push({
      field,
      start,
      end,
      firstToken,
      endToken: tokens.length,
      paragraph,
      scopeStart,
      hasLabel,
      questionStart: asked === null ? null : start + asked,
      isProse,
    });
  }
}

// "It is so good that they ask, "What next?"" asks only what it quotes.
function questionIn(sentence: string): number | null {
  if (!QUESTION_END.test(sentence)) return null;
  return QUOTED_QUESTION.exec(sentence)?.index ?? 0;
}

function opensItem(sentence: string): boolean {
  const label = ITEM_LABEL.exec(sentence)?.[0];
  return label !== undefined && !SMALL_WORD.test(label);
}

function readQuantities(
  field: Field,
  run: { readonly content: string; readonly sentences: readonly ReadSentence[] },
): readonly ReadQuantity[] {
  let sentence = 0;
  const own = run.sentences.map((value, index) => ({ value, index })).filter((item) => item.value.field === field);
  return findQuantities(run.content).flatMap((quantity) => {
    while (sentence < own.length - 1 && (own[sentence]?.value.end ?? 0) <= quantity.start) sentence++;
    const index = own[sentence]?.index;
    if (index === undefined) return [];
    const after = run.content.slice(quantity.end, quantity.end + RATE_LOOK_CHARACTERS);
    return [{ ...quantity, field, sentence: index, isRate: CURRENCY.test(quantity.unit) && RATE.test(after) }];
  });
}

/** The original text of a sentence. */
export function sentenceText(reading: Reading, sentence: ReadSentence): string {
  return reading[sentence.field].slice(sentence.start, sentence.end);
}
