/** A stored archive with a ledger that a test can change, on any store, without sources and queue. */
import { keepReading } from '#jobs/keep-article.ts';
import type { JudgingDeps } from '#jobs/tag-article.ts';
import type { Ledger } from '#src/config/schema.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import type { Db } from '#src/io/db/store.ts';
import { noMetrics } from '#src/io/metrics.ts';
import { makeLedger } from './ledger.ts';

/** An archive under one ledger at a time, on a clock that stands still until it is moved. */
export type Archive = {
  readonly deps: JudgingDeps;
  /** Puts a ledger in force, as a reload does. */
  rule(parts: Parameters<typeof makeLedger>[0]): Promise<void>;
  /** Keeps a text as the page of an address; gives its article. */
  keep(
    text: string,
    at?: {
      readonly key?: string;
      readonly title?: string;
      readonly outlet?: string;
      readonly published?: string | null;
    },
  ): Promise<number>;
  move(by: Temporal.DurationLike): void;
};

/** Opens an archive that holds nothing, with the river ledger in force. */
export async function openArchive(db: Db, signal = new AbortController().signal): Promise<Archive> {
  let now = Temporal.Instant.from('2025-02-03T09:00:00Z');
  let ledger: Ledger = makeLedger();
  let rules = compileLedger(ledger).value;
  let count = 0;
  const deps: JudgingDeps = {
    metrics: noMetrics,
    db,
    signal,
    now: () => now,
    inForce: () => ({ revision: 1, ledger, rules, rulesKey: rulesKeyOf(ledger) }),
  };
  const rule: Archive['rule'] = async (parts) => {
    ({ ledger } = await storeLedger(db, makeLedger(parts), now));
    rules = compileLedger(ledger).value;
  };
  await rule({});
  return {
    deps,
    rule,
    move: (by) => {
      now = now.add(by);
    },
    keep: async (text, { key, title = 'Notes from the lake', outlet = 'The Post', published = null } = {}) => {
      count += 1;
      const reading = { ...readingOf({ key: key ?? `post.example/${count}`, title, text }), outlet, published };
      const kept = await db.transaction().execute((tx) => keepReading(tx, reading, deps));
      if (kept.kind !== 'new-version') throw new Error(`not kept: ${kept.kind}`);
      return kept.articleId;
    },
  };
}

function readingOf(page: { readonly key: string; readonly title: string; readonly text: string }) {
  return {
    ...page,
    resourceId: null,
    sourceId: null,
    url: `https://${page.key}`,
    canonicalUrl: null,
    outlet: 'The Post',
    textFrom: 'page' as const,
    document: null,
    response: null,
    extractor: '1',
    method: 'body',
    byline: null,
    published: null,
    modified: null,
    lang: 'en',
    problems: [],
    corrections: [],
    links: [],
    isWatched: false,
    lastReadAt: null,
    citationDepth: null,
  };
}
