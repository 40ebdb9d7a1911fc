import type { CompiledLedger, CompiledTopic } from '#src/core/claim-language.ts';
import type { Reading } from '#src/core/tagging-reading.ts';

/** What an article has to do with the topics: mentioned at all (kept), and in substance (relevant). */
export type Relevance = {
  readonly kept: boolean;
  readonly relevant: boolean;
  readonly topics: readonly string[];
  readonly sentenceCount: number;
};

// One sentence is an aside, two are about it; a headline is always about it.
const SUBSTANCE_SENTENCES_MIN = 2;
// Words that tell the sense of an ambiguous term stand in its sentence or the next ones.
const NEAR_SENTENCES = 1;

/** Judges which topics an article mentions and whether it is about them; a stated claim is always substance. */
export function judgeRelevance(
  ledger: CompiledLedger,
  at: { readonly reading: Reading; readonly hasClaim: boolean },
): Relevance {
  const byTopic = ledger.topics.map((topic) => ({ id: topic.id, sentences: sentencesOf(topic, at.reading) }));
  const mentioned = byTopic.filter((topic) => topic.sentences.size > 0);
  const sentences = new Set(mentioned.flatMap((topic) => [...topic.sentences]));
  const isHeadline = [...sentences].some((index) => at.reading.sentences[index]?.field === 'title');
  const kept = mentioned.length > 0;
  const relevant = kept && (at.hasClaim || isHeadline || sentences.size >= SUBSTANCE_SENTENCES_MIN);
  return { kept, relevant, topics: mentioned.map((topic) => topic.id), sentenceCount: sentences.size };
}

function sentencesOf(topic: CompiledTopic, reading: Reading): ReadonlySet<number> {
  const locate = (terms: readonly number[]) =>
    new Set(
      terms.flatMap((term) => reading.hitsByTerm.get(term) ?? []).map((hit) => reading.sentenceOf[hit.first] ?? 0),
    );
  const near = locate(topic.near);
  const not = locate(topic.not);
  const isNear = (sentence: number) =>
    topic.near.length === 0 || [...near].some((other) => Math.abs(other - sentence) <= NEAR_SENTENCES);
  return new Set([...locate(topic.any)].filter((sentence) => isNear(sentence) && !not.has(sentence)));
}
