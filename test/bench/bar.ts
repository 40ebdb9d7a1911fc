/** A figure and the least or the most that it should be. */
export type Bar = { readonly name: string; readonly figure: number; readonly unit: string } & (
  | { readonly least: number }
  | { readonly most: number }
);

/** Prints a figure beside its bar, with "pass" or "FAIL" in front, so that a report can be read from its left edge. */
export function printBar(bar: Bar): void {
  const isPassed = 'least' in bar ? bar.figure >= bar.least : bar.figure <= bar.most;
  const wanted = 'least' in bar ? `at least ${bar.least}` : `at most ${bar.most}`;
  console.log(
    `  ${isPassed ? 'pass' : 'FAIL'}  ${bar.name}: ${bar.figure.toPrecision(3)}${bar.unit} (${wanted}${bar.unit})`,
  );
}

/** The middle one of some figures, the lower of two; NaN when there are none. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor((figures.length - 1) / 2)] ?? Number.NaN;
}
