/** What a process counts and times of its own work. Who keeps the numbers is up to the composition root; a command keeps none. */
import type { Stance } from '#src/core/claim/definition.ts';
import type { FetchKind } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';

/** Why an address that was due was left alone: what the site asks of programs, its skipped hours, or a wait that it asked for. */
export type SkippedReason = 'robots' | 'skip-hours' | 'host-waits';

/** The events. What they carry is one of few words each, never an address, a title, a reader or the text of an error. */
export type Metrics = {
  fetched(kind: FetchKind, outcome: FetchOutcome): void;
  skipped(reason: SkippedReason): void;
  /** `what` names the parser; false = it reached a limit or failed. */
  parsed(what: string, parse: { readonly isRead: boolean; readonly seconds: number }): void;
  ranJob(
    job: string,
    run: { readonly outcome: 'done' | 'failed'; readonly seconds: number; readonly endedAt: Temporal.Instant },
  ): void;
  /** A tick found the job of an earlier one still open. */
  overran(job: string): void;
  /** A version of an article was written. */
  keptVersion(): void;
  /** A version was judged, and these are the stances of its taggings that count. */
  tagged(stances: readonly Stance[]): void;
  /** A try to send a mail has ended in this state. */
  mailed(state: string, attempt: { readonly isRetry: boolean }): void;
};

const ignore = (): void => {};

/** For a process that nobody asks. */
export const noMetrics: Metrics = {
  fetched: ignore,
  skipped: ignore,
  parsed: ignore,
  ranJob: ignore,
  overran: ignore,
  keptVersion: ignore,
  tagged: ignore,
  mailed: ignore,
};
