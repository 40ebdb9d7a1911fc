import type { Stance } from '#src/core/claim/definition.ts';
import type { Reading } from '#src/core/tagging/reading.ts';
import type { StanceJudgement, StanceReading } from './stance.ts';
import { passageStance, type StatementStance } from './statement-stance.ts';
import { type PreparedText, prepareText } from './statement-stance-features.ts';

type Attitude = Exclude<StatementStance, 'unrelated'>;

const STANCE_OF: Readonly<Record<Attitude, Stance>> = { agree: 'supports', disagree: 'disputes', discuss: 'reports' };
const ATTITUDE_OF: Readonly<Record<Stance, Attitude>> = { supports: 'agree', disputes: 'disagree', reports: 'discuss' };
// The model was trained on English; elsewhere the cue words speak alone.
const MODEL_LANGUAGE = 'en';

/**
 * Judges candidates of claims that are only a statement: the model of statement and article weighs what the cue words told, and an article that
 * it takes for unrelated shows no candidate. The article and its sentences are prepared once, when a candidate needs them.
 */
export function buildStatementJudge(reading: Reading): (statement: string, told: StanceReading) => StanceReading {
  let article: PreparedText | null = null;
  const prepared = new Map<number, PreparedText>();
  return (statement, told) => {
    const heard = told.judgements.at(-1);
    const sentence = reading.sentences[heard?.sentence ?? -1];
    if (heard === undefined || sentence === undefined || (reading.lang ?? MODEL_LANGUAGE) !== MODEL_LANGUAGE)
      return told;
    article ??= prepareText(`${reading.title}\n${reading.text}`);
    const near = prepared.get(heard.sentence) ?? prepareText(reading.sentenceText(sentence));
    prepared.set(heard.sentence, near);
    const { stance, scores } = passageStance({
      statement,
      article,
      sentence: near,
      told: ATTITUDE_OF[heard.stance],
    });
    if (stance === 'unrelated') return { ...told, judgements: [] };
    const feature = `statement: ${Math.round(scores[stance] * 100)} %`;
    const shown = { ...heard, stance: STANCE_OF[stance], features: [...heard.features, feature] };
    return { ...told, judgements: mergeReport(told.judgements, shown) };
  };
}

// A report that stands before a dispute stays; the dispute is what was weighed.
function mergeReport(judgements: readonly StanceJudgement[], shown: StanceJudgement): readonly StanceJudgement[] {
  const [first] = judgements;
  return first !== undefined && judgements.length > 1 && shown.stance === 'disputes' ? [first, shown] : [shown];
}
