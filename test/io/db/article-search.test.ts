import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { indexArticles, isIndexDue } from '#jobs/index-articles.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { countArticles, searchArticles } from '#src/io/db/article-search.ts';
import { gatherAsOf } from '#src/io/db/as-of.ts';
import type { Db } from '#src/io/db/store.ts';
import { openArchive } from '#test/support/archive.ts';
import { describeOnBothStores } from '#test/support/store.ts';
import { fillPress } from '#test/web/press.ts';

async function find(db: Db, text: string): Promise<readonly number[]> {
  const { items } = await searchArticles(db, parseArticleQuery(text), { limit: 20, cursor: null });
  return items.map(({ id }) => id);
}

describeOnBothStores('the search', (open) => {
  test('finds what a query asks for and nothing else', async () => {
    const { db } = await open();
    await fillPress(db);
    const cases: readonly (readonly [string, readonly number[]])[] = [
      ['', [4, 3, 2, 1]],
      ['bridge', [1]],
      ['BRIDGE -council', []],
      ['fünf', [2]],
      ['funf', [2]],
      ['genehmigung lag', [2]],
      ['"lag Genehmigung"', []],
      ['"eine Genehmigung"', [2]],
      ['维修成本', [4]],
      ['560万美元', [4]],
      ['成本维修', []],
      ['-维修成本 bridge', [1]],
      ['genehmigung OR steel', [3, 2]],
      ['(genehmigung OR steel) -nobody', [2]],
      ['(bridge council) OR (steel quay)', [3, 1]],
      ['-(bridge OR steel OR genehmigung)', [4]],
      ['claim:bridge-cost', [4, 3, 2, 1]],
      ['claim:bridge-cost stance:disputes', [3, 2]],
      ['claim:no-permit stance:disputes', []],
      ['-claim:no-permit', [4, 1]],
      ['claim:no-permit OR council', [3, 2, 1]],
      ['speaker:brandt', [3]],
      ['speaker:BRANDT claim:no-permit', []],
      ['speaker:"jana vogt" stance:disputes', [2]],
      ['speaker:%', []],
      ['source:"harbour ledger"', [1]],
      ['source:harbour source:"Quay Notes"', [3, 1]],
      ['lang:de', [2]],
      ['lang:de lang:zh', [4, 2]],
      ['lang:.*', []],
      ['after:2025-01-30', [4, 3]],
      ['before:2025-01-21', [1]],
      ['after:2025-01-28 before:2025-01-29', [2]],
    ];
    for (const [text, ids] of cases) expect(await find(db, text), text).toEqual(ids);
  });

  test('gives every article once over its pages, whatever comes in before them', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const words = 'Riverton Water poisoned the lake. A spill was seen.';
    for (let at = 0; at < 5; at += 1) {
      archive.move({ minutes: at % 2 });
      await archive.keep(`${words} Report ${at}.`);
    }
    const query = parseArticleQuery('"poisoned the lake"');
    const seen: number[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await searchArticles(db, query, { limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      archive.move({ minutes: 1 });
      await archive.keep(`${words} Late report ${seen.length}.`);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    expect((await searchArticles(db, query, { limit: 20, cursor: 'none of ours' })).items).toHaveLength(8);
  });

  test('counts each facet for the query without its own filter', async () => {
    const { db } = await open();
    await fillPress(db);
    const all = await countArticles(db, parseArticleQuery(''));
    expect(all).toMatchObject({ articleCount: 4, originCount: 4, isExact: true });
    expect(all.facets.claim).toEqual([
      { value: 'bridge-cost', count: 4 },
      { value: 'no-permit', count: 2 },
    ]);
    expect(all.facets.lang).toEqual([
      { value: 'en', count: 2 },
      { value: 'de', count: 1 },
      { value: 'zh', count: 1 },
    ]);
    const { articleCount, facets } = await countArticles(db, parseArticleQuery('claim:no-permit stance:supports'));
    expect(articleCount).toBe(1);
    // Claim and stance are those of one quote: what supports the other claim is not counted.
    expect(facets.claim).toEqual([{ value: 'no-permit', count: 1 }]);
    expect(facets.stance).toEqual([
      { value: 'reports', count: 1 },
      { value: 'supports', count: 1 },
    ]);
    expect(facets.source).toEqual([{ value: 'Quay Notes', count: 1 }]);
    expect((await countArticles(db, parseArticleQuery('absent'))).facets.lang).toEqual([]);
  });

  test('entries of earlier rules are written anew, a stop in between loses nothing', async () => {
    const { db } = await open();
    await fillPress(db);
    await sql`update articles set search = to_tsvector('simple', title), search_rules = 0`.execute(db);
    expect(await find(db, '维修成本')).toEqual([]);
    const stopped = AbortSignal.abort();
    expect(await indexArticles({}, { db, signal: stopped })).toEqual({ indexed: 0 });
    expect(await isIndexDue({ db })).toBe(true);
    const { signal } = new AbortController();
    expect(await indexArticles({}, { db, signal })).toEqual({ indexed: 4 });
    expect(await isIndexDue({ db })).toBe(false);
    expect(await find(db, '维修成本')).toEqual([4]);
    const { rows } = await sql`select number from versions where search is not null`.execute(db);
    expect(rows).toEqual([{ number: 1 }]);
  });

  test('the past is searched by the words that stood there then', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const key = 'post.example/spill';
    await archive.keep('Riverton Water poisoned the lake. Élan says so.', { key });
    const then = archive.deps.now();
    archive.move({ hours: 1 });
    await archive.keep('Riverton Water poisoned the lake. The mayor says so.', { key });
    expect(await find(db, 'elan')).toEqual([]);
    expect(await find(db, 'mayor')).toEqual([1]);
    expect(await gatherAsOf(db, then, (past) => find(past, 'elan'))).toEqual([1]);
    expect(await gatherAsOf(db, then, (past) => find(past, 'mayor'))).toEqual([]);
  });
});
