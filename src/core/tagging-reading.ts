import type { CompiledLedger } from '#src/core/claim-language.ts';
import { detectLanguage } from '#src/core/language.ts';
import { findQuantities, type Quantity } from '#src/core/quantities.ts';
import { splitSentences } from '#src/core/sentences.ts';
import { CUE_LANGUAGE_DEFAULT, CUE_LANGUAGES, type CueKind } from '#src/core/stance-cues.ts';
import type { TermHit } from '#src/core/term-trie.ts';
import { type Token, tokenize } from '#src/core/tokens.ts';

/** The part of an article that offsets refer to. */
export type Field = 'title' | 'text';

/** One sentence of an article: offsets into its field, its tokens (`firstToken` to `endToken`, exclusive), its paragraph. */
export type ReadSentence = {
  readonly field: Field;
  readonly start: number;
  readonly end: number;
  readonly firstToken: number;
  readonly endToken: number;
  readonly paragraph: number;
  readonly isQuestion: boolean;
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

/** A quantity with the field that its offsets refer to, and its sentence. */
export type ReadQuantity = Quantity & { readonly field: Field; readonly sentence: number };

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

/** Reads an article against a ledger: one pass over its words for all terms. */
export function readArticle(
  ledger: CompiledLedger,
  article: { readonly title: string; readonly text: string; readonly lang: string | null },
): Reading {
  const { title, text } = article;
  const lang = detectLanguage(`${title}\n${text}`, article.lang);
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
    const sentence = sentenceOf[hit.first] ?? 0;
    if (ledger.titleOnly.has(hit.term) && sentences[sentence]?.field !== 'title') continue;
    const known = hitsByTerm.get(hit.term);
    if (known === undefined) hitsByTerm.set(hit.term, [hit]);
    else known.push(hit);
    const { first, last } = hit;
    for (const entity of ledger.nameOf.get(hit.term) ?? [])
      mentions[sentence]?.push({ entity, kind: 'name', first, last });
    for (const entity of ledger.descriptionOf.get(hit.term) ?? [])
      mentions[sentence]?.push({ entity, kind: 'description', first, last });
    for (const cue of ledger.cueOf.get(hit.term) ?? []) {
      if (cue.lang === cueLang) cues[sentence]?.push({ kind: cue.kind, first, last });
    }
  }
  const quantities = (['title', 'text'] as const).flatMap((field) =>
    readQuantities(field, { content: article[field], sentences }),
  );
  return { lang, title, text, sentences, tokens, sentenceOf, hitsByTerm, mentions, cues, quantities };
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
  for (const { start, end } of splitSentences(content)) {
    if (content.slice(previousEnd, start).includes('\n')) paragraph++;
    previousEnd = end;
    const firstToken = tokens.length;
    for (let token = words[word]; token !== undefined && token.start < end; token = words[++word]) {
      tokens.push(token);
      sentenceOf.push(sentences.length);
    }
    const isQuestion = QUESTION_END.test(content.slice(start, end));
    sentences.push({ field, start, end, firstToken, endToken: tokens.length, paragraph, isQuestion });
  }
}

function readQuantities(field: Field, run: Pick<FieldRun, 'content' | 'sentences'>): readonly ReadQuantity[] {
  let sentence = 0;
  const own = run.sentences.map((value, index) => ({ value, index })).filter((item) => item.value.field === field);
  return findQuantities(run.content).flatMap((quantity) => {
    while (sentence < own.length - 1 && (own[sentence]?.value.end ?? 0) <= quantity.start) sentence++;
    const index = own[sentence]?.index;
    return index === undefined ? [] : [{ ...quantity, field, sentence: index }];
  });
}

/** The original text of a sentence. */
export function sentenceText(reading: Reading, sentence: ReadSentence): string {
  return reading[sentence.field].slice(sentence.start, sentence.end);
}
