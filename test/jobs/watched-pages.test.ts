import { expect, test } from 'vitest';
import { watchScripts } from '#test/scorecard/watch.ts';
import { edits, noises, troubles } from '#test/scorecard/watch-pages.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { describeOnEachKind } from '#test/support/store.ts';

describeOnEachKind('watched pages', (kind) => {
  test('that are edited, decorated and hidden by a script: each true change is a version, no other is, each quote state is right', async () => {
    await using server = kind === 'server' ? await startPostgres() : null;
    const databaseUrl = server === null ? null : await server.createDatabase(`claimledger-watched-${process.pid}`);
    const { scores, missed, quoteCount } = await watchScripts({ pageCount: 14, stepCount: 6, seed: 7, databaseUrl });
    expect(missed).toEqual([]);
    expect(quoteCount).toBe(14 * 7);
    const total = (pick: (score: (typeof scores)[number]) => number) =>
      scores.reduce((sum, each) => sum + pick(each), 0);
    expect(total(({ foundVersions }) => foundVersions)).toBe(total(({ wantedVersions }) => wantedVersions));
    // A script without edits, noise and troubles would prove nothing.
    const met = new Set(scores.map(({ step }) => step));
    expect(edits.filter((step) => !met.has(step))).toEqual([]);
    expect(noises.filter((step) => !met.has(step))).toEqual([]);
    expect(troubles.filter((step) => met.has(step)).length).toBeGreaterThan(8);
  });
});
