import type { Session } from './session.ts';

/** A line of progress that overwrites itself, for whoever watches; silent when nobody does. */
export type ProgressLine = {
  readonly report: (doneCount: number, totalCount: number) => void;
  /** Clears the line, so that the result stands alone. */
  readonly end: () => void;
};

/** Longest bar, in columns; the counts stand beside it. */
const barColumnsMax = 40;
/** Columns that the counts and their words take. */
const countColumns = 40;

/** Begins a progress line on the session's standard error, which a running service passes on to the terminal that asked. */
export function startProgressLine(session: Pick<Session, 'columns' | 'err'>, noun: string): ProgressLine {
  const { columns } = session;
  if (columns === null) return { report: () => {}, end: () => {} };
  const width = Math.max(0, Math.min(barColumnsMax, columns - countColumns));
  let isDrawn = false;
  return {
    report: (doneCount, totalCount) => {
      const share = totalCount === 0 ? 1 : Math.min(1, doneCount / totalCount);
      const full = Math.round(share * width);
      session.err(
        `\r${'#'.repeat(full)}${'-'.repeat(width - full)} ${Math.floor(share * 100)} % | ${doneCount} of ${totalCount} ${noun}`,
      );
      isDrawn = true;
    },
    end: () => {
      if (isDrawn) session.err(`\r${' '.repeat(columns - 1)}\r`);
    },
  };
}
