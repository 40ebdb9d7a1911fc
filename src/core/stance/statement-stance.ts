import {
  type Features,
  listAttitudeFeatures,
  listTopicFeatures,
  type PreparedText,
  prepareStatement,
  prepareText,
} from './statement-stance-features.ts';
import shipped from './statement-stance-weights.json' with { type: 'json' };

/** How an article stands to a statement: `discuss` reports it without taking a side. */
export type StatementStance = (typeof STATEMENT_STANCES)[number];

/** The stances in the order of the weights; the first three are those of an article that speaks of the statement. */
export const STATEMENT_STANCES = ['agree', 'disagree', 'discuss', 'unrelated'] as const;

/** A weight per feature name and class, after a bias per class; of the topic model the one class is `unrelated`. */
export interface LinearModel {
  readonly bias: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/** The two models: is the text about the statement at all, and if so, how does it stand to it. */
export interface StanceWeights {
  readonly topic: LinearModel;
  readonly attitude: LinearModel;
}

/** The stance with the probability of each; the four add up to 1. */
export interface JudgedStance {
  readonly stance: StatementStance;
  readonly scores: Readonly<Record<StatementStance, number>>;
}

/** The features of both models; the attitude model also sees those of the topic. */
export function listStanceFeatures(
  statement: string,
  text: PreparedText,
): { readonly topic: Features; readonly attitude: Features } {
  const prepared = prepareStatement(statement);
  const topic = listTopicFeatures(prepared, text);
  return { topic, attitude: { ...topic, ...listAttitudeFeatures(prepared, text) } };
}

/**
 * How an English article stands to a statement, by two logistic regressions over words that both share and over cue words
 * (weights trained by `test/eval/train-statement-stance.ts`). Never throws; an empty text is unrelated. A text that meets
 * many statements is read once by `prepareText`: that is three quarters of the work.
 */
export function statementStance({
  statement,
  text,
}: {
  readonly statement: string;
  readonly text: string | PreparedText;
}): JudgedStance {
  const prepared = typeof text === 'string' ? prepareText(text) : text;
  return judgeStance(listStanceFeatures(statement, prepared), shipped);
}

// Where a statement's own words were found together, an article is seldom about something else: the topic model must be nearly sure. Among the
// labelled English texts .95 loses 1 of 63 right candidates and drops 2 of 16 wrong ones; .5, which suits any pair of texts, 7 and 4.
const UNRELATED_MIN = 0.95;
// The cue words of a sentence name a right stance four times of five, each of the other two once of ten: so much is their word worth beside the
// model's. Right of 63: the model alone 45, the cue words alone 50, both 51.
const TOLD_FACTOR = 8;

/**
 * How an English article stands to a statement of which one sentence was found: the topic by the whole article, the attitude by the sentence and
 * by what its cue words tell.
 */
export function passageStance(at: {
  readonly statement: string;
  readonly article: PreparedText;
  readonly sentence: PreparedText;
  readonly told: Exclude<StatementStance, 'unrelated'>;
}): JudgedStance {
  const { statement, article, sentence, told } = at;
  if (unrelatedShare(listTopicFeatures(prepareStatement(statement), article), shipped.topic) > UNRELATED_MIN)
    return { stance: 'unrelated', scores: { agree: 0, disagree: 0, discuss: 0, unrelated: 1 } };
  const { scores } = statementStance({ statement, text: sentence });
  const heard = { ...scores, unrelated: 0, [told]: scores[told] * TOLD_FACTOR };
  const total = heard.agree + heard.disagree + heard.discuss;
  const agree = heard.agree / total;
  const disagree = heard.disagree / total;
  const discuss = heard.discuss / total;
  return { stance: strongest({ agree, disagree, discuss }), scores: { agree, disagree, discuss, unrelated: 0 } };
}

function strongest(at: { readonly agree: number; readonly disagree: number; readonly discuss: number }) {
  const best = Math.max(at.agree, at.disagree, at.discuss);
  return best === at.agree ? 'agree' : best === at.disagree ? 'disagree' : 'discuss';
}

/** The stance that weights give to features. */
export function judgeStance(
  features: { readonly topic: Features; readonly attitude: Features },
  weights: StanceWeights,
): JudgedStance {
  const unrelated = unrelatedShare(features.topic, weights.topic);
  const [agree = 0, disagree = 0, discuss = 0] = softmax(scoresOf(features.attitude, weights.attitude)).map(
    (share) => share * (1 - unrelated),
  );
  const stance = unrelated > 0.5 ? 'unrelated' : strongest({ agree, disagree, discuss });
  return { stance, scores: { agree, disagree, discuss, unrelated } };
}

function unrelatedShare(topic: Features, model: LinearModel): number {
  const [logit = 0] = scoresOf(topic, model);
  return 1 / (1 + Math.exp(-logit));
}

function scoresOf(features: Features, { bias, weights }: LinearModel): readonly number[] {
  const scores = [...bias];
  for (const [name, byClass] of Object.entries(weights)) {
    const value = features[name] ?? 0;
    for (const [k, weight] of byClass.entries()) scores[k] = (scores[k] ?? 0) + weight * value;
  }
  return scores;
}

function softmax(scores: readonly number[]): readonly number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
