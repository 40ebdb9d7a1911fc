/** What the poll bench must show: ratios to a rival in the same run, so that a busy machine is busy for both. */

/** One pass of one contender. `isHouse` = it is claimledger; `feedSeconds` runs from the first feed request to the last answer. */
export type PassResult = {
  readonly name: string;
  readonly isHouse: boolean;
  readonly isCold: boolean;
  readonly wallSeconds: number;
  readonly feedSeconds: number;
  readonly feedRequestCount: number;
};

/** A figure beside what it must be; `least` null is only told, for what the rival does not do. */
export type PollGate = {
  readonly name: string;
  readonly figure: number | null;
  readonly least: number | null;
  readonly isPassed: boolean;
};

/** Whom the passes are measured against: it stores the text of each feed and reports on it, and reads no entries and no pages. */
export const rival = 'urlwatch';
/** As fast when everything is new, though we parse, judge and store each entry. */
const coldRatioMin = 1;
/** When nothing has changed there is nothing to parse. */
const unchangedRatioMin = 3;
/** A store and a queue are opened once for any number of feeds, 1.5 s of the command; it must not make up for what the pass has won. */
const unchangedWholeRatioMin = 1;

/** Judges every pass of claimledger. Without the rival its ratios are null and not passed. */
export function judgePoll(results: readonly PassResult[], feedCount: number): readonly PollGate[] {
  return results
    .filter(({ isHouse }) => isHouse)
    .flatMap((own): readonly PollGate[] => {
      const other = results.find(({ name, isCold }) => name === rival && isCold === own.isCold);
      const pass = `${own.name}, ${own.isCold ? 'cold' : 'unchanged'}`;
      const faster = (ours: number, theirs: number | undefined) => (theirs === undefined ? null : theirs / ours);
      const least = own.isCold ? coldRatioMin : unchangedRatioMin;
      // The whole cold command reads a page for each feed besides, which the rival does not.
      const leastWhole = own.isCold ? null : unchangedWholeRatioMin;
      return [
        gate(`${pass}: feed pass against ${rival}`, faster(own.feedSeconds, other?.feedSeconds), least),
        gate(`${pass}: whole command against ${rival}`, faster(own.wallSeconds, other?.wallSeconds), leastWhole),
        {
          ...gate(`${pass}: requests per feed`, own.feedRequestCount / feedCount, 1),
          isPassed: own.feedRequestCount === feedCount,
        },
      ];
    });
}

function gate(name: string, figure: number | null, least: number | null): PollGate {
  return { name, figure, least, isPassed: least === null || (figure !== null && figure >= least) };
}
