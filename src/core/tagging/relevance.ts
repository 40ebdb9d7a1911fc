import type { CompiledLedger, CompiledTopic } from '#src/core/claim/language.ts';
import type { Focus } from './focus.ts';
import type { Reading } from './reading.ts';

/** What an article has to do with the topics: mentioned at all (kept), and in substance (relevant). */
export type Relevance = {
  readonly kept: boolean;
  readonly relevant: boolean;
  readonly topics: readonly string[];
  readonly sentenceCount: number;
};

// One sentence is an aside, two are about it; a headline is always about it.
const SUBSTANCE_SENTENCES_MIN = 2;
// A subject begins its sentence, a conjunction or article aside.
const SUBJECT_START = 1;
// "It is unclear", "it isn't just", "it remains to be seen": such an "it" stands for nothing that was named.
const EXPLETIVE =
  /^it\s+(?:is|was|isn['’]t|wasn['’]t|remains|seems|appears|may be|might be|would be|will be|could be)\s+(?:not\s+|n['’]t\s+)?(?:(?:yet|immediately|also|still|just|only|too|very|so|as)\s+)*(?:clear|unclear|just|only|likely|unlikely|possible|impossible|hard|difficult|easy|early|late|time|worth|important|necessary|to be seen|uncertain|unknown|known|believed|that|thought|said)\b/iu;
// Words that tell the sense of an ambiguous term stand in its sentence or the next ones.
const NEAR_SENTENCES = 1;

/** Judges which topics an article mentions and whether it is about them; a stated claim is always substance. */
export function judgeRelevance(
  ledger: CompiledLedger,
  at: { readonly reading: Reading; readonly focus: Focus; readonly hasClaim: boolean },
): Relevance {
  const byTopic = ledger.topics.map((topic) => ({ id: topic.id, sentences: sentencesOf(topic, at) }));
  const mentioned = byTopic.filter((topic) => topic.sentences.size > 0);
  const sentences = new Set(mentioned.flatMap((topic) => [...topic.sentences]));
  const isHeadline = [...sentences].some((index) => at.reading.sentences[index]?.field === 'title');
  const kept = mentioned.length > 0;
  const relevant = kept && (at.hasClaim || isHeadline || sentences.size >= SUBSTANCE_SENTENCES_MIN);
  return { kept, relevant, topics: mentioned.map((topic) => topic.id), sentenceCount: sentences.size };
}

function sentencesOf(
  topic: CompiledTopic,
  { reading, focus }: { readonly reading: Reading; readonly focus: Focus },
): ReadonlySet<number> {
  const locate = (terms: readonly number[]) =>
    new Set(terms.flatMap((term) => reading.hits.of(term)).map((hit) => reading.sentenceOf[hit.first] ?? 0));
  const near = locate(topic.near);
  const not = locate(topic.not);
  const isNear = (sentence: number) =>
    topic.near.length === 0 || [...near].some((other) => Math.abs(other - sentence) <= NEAR_SENTENCES);
  const mentioned = [...locate(topic.any)].filter((sentence) => isNear(sentence) && !not.has(sentence));
  if (mentioned.length === 0) return new Set();
  const following = mentioned
    .map((sentence) => sentence + 1)
    .filter((sentence) => goesOn(topic, { reading, focus, sentence }));
  return new Set([...mentioned, ...locate(topic.also), ...following]);
}

// "The company's office was closed" goes on about what was just named: its subject stands for it.
function goesOn(
  topic: CompiledTopic,
  at: { readonly reading: Reading; readonly focus: Focus; readonly sentence: number },
): boolean {
  const sentence = at.reading.sentences[at.sentence];
  if (sentence === undefined || EXPLETIVE.test(at.reading.sentenceText(sentence))) return false;
  const { firstToken } = sentence;
  return topic.entities.some((entity) =>
    at.focus.within(entity, at.sentence).some((reference) => reference.first - firstToken <= SUBJECT_START),
  );
}
