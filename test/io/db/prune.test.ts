import { expect, test } from 'vitest';
import { insertJobRun } from '#src/io/db/job-runs.ts';
import { pruneLogs } from '#src/io/db/prune.ts';
import { upsertResource } from '#src/io/db/resources.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const now = Temporal.Instant.from('2025-02-03T09:00:00Z');

describeOnBothStores('pruneLogs', (open) => {
  test('deletes log rows before their limits and keeps what is younger, and the address itself', async () => {
    const { db } = await open();
    const resourceId = await upsertResource(db, 'https://post.example/feed', { dueAt: now, now });
    for (const hours of [1, 24, 25, 49]) {
      const startedAt = now.subtract({ hours });
      const row = {
        resource_id: resourceId,
        started_at: startedAt,
        duration_ms: 1,
        outcome: 'fresh',
        is_conditional: false,
      };
      await db.insertInto('fetches').values(row).execute();
      const run = {
        job: 'plan-work',
        worker: 'one',
        startedAt,
        durationMs: 1,
        outcome: 'done',
        summary: {},
        error: null,
      };
      await insertJobRun(db, { ...run, outcome: 'done' });
    }
    const limits = { fetchesBefore: now.subtract({ hours: 24 }), runsBefore: now.subtract({ hours: 48 }) };
    expect(await pruneLogs(db, limits)).toEqual({ fetches: 2, runs: 1 });
    expect(await pruneLogs(db, limits)).toEqual({ fetches: 0, runs: 0 });
    expect(await db.selectFrom('resources').select('id').execute()).toEqual([{ id: resourceId }]);
  });
});
