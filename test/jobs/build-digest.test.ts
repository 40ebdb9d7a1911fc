import { expect, test } from 'vitest';
import { buildReaderDigest, listDueReaders } from '#jobs/build-digest.ts';
import { readEntries } from '#jobs/read-entries.ts';
import { visitHost } from '#jobs/visit-host.ts';
import { loadConfig } from '#src/config/load.ts';
import { HOUSE_READER } from '#src/config/schema.ts';
import { findDigest } from '#src/io/db/digests.ts';
import { openHouse } from '#src/main.ts';
import { memoryLedger, startMemorySite } from '#test/scorecard/memory-site.ts';
import { makeHouseFolder } from '#test/support/house.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { describeOnEachKind } from '#test/support/store.ts';

/** Reports with those that copy them; one of them answers with an error and is read from its entry. Some cite a paper. */
const reportCount = 17;
const paperCount = 4;

describeOnEachKind('the first digest', (kind) => {
  test.each([
    ['no cited page that is slower than the outlets', [0, 1], reportCount],
    ['every cited page that was read before it, once', [0, 2, 1, 2], reportCount + paperCount],
  ])('counts %s', async (_name, hostOrder, documentCount) => {
    await using closing = new AsyncDisposableStack();
    const site = closing.use(await startMemorySite());
    site.setStep(1);
    const server = kind === 'server' ? closing.use(await startPostgres()) : null;
    const databaseUrl = (await server?.createDatabase(`digest-${process.pid}`)) ?? null;
    const {
      path: cwd,
      ledgerFile: file,
      env,
    } = closing.use(await makeHouseFolder(memoryLedger(site, '$5.5m'), databaseUrl));
    const { deps } = closing.use(
      await openHouse(loadConfig({ file, env, cwd }), {
        kind: 'command',
        schema: 'migrate',
        ledger: 'file',
        signal: new AbortController().signal,
      }),
    );
    for (const at of hostOrder) {
      expect(await listDueReaders(deps)).toEqual([]);
      await visitHost({ host: site.hosts[at] ?? '' }, deps);
    }
    await readEntries({}, deps);
    // What was asked once is asked again within the window: still one document.
    const url = `http://${site.hosts[0]}/report-2.html`;
    await deps.db.updateTable('resources').set({ next_due_at: deps.now() }).where('url', '=', url).execute();
    await visitHost({ host: site.hosts[0] ?? '' }, deps);
    await buildReaderDigest({ readerId: HOUSE_READER }, deps);
    const digest = await findDigest(deps.db, { readerId: HOUSE_READER, date: null });
    expect(digest?.coverage).toMatchObject({ documentsTried: documentCount, documentsRead: documentCount - 1 });
    const fetches = await deps.db.selectFrom('fetches').select('id').execute();
    expect(fetches).toHaveLength(documentCount + site.feeds.length + 1);
  });
});
