/** What a run over the archive would change, before anything is written. */
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { listRetagChanges, planRetagging, type RetagChange, type StoredTagging } from '#src/core/tagging/retagging.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { countOutdated, listOutdated } from '#src/io/db/judgements.ts';
import { listFound, listStoredTaggings, listVersions } from '#src/io/db/taggings.ts';
import type { Deps } from '#src/io/deps.ts';
import type { RetagProgress } from './retag-archive.ts';

/** Texts held in memory at once. */
const versionsPerBatch = 100;
/** Changes kept with their words; beyond these they are counted. A person reads fewer before deciding. */
const changesKeptMax = 2_000;

/** A change with the article it stands in. */
export type ArticleChange = RetagChange & { readonly articleId: number; readonly title: string };

/** How often each kind of change occurs. */
export type ChangeCounts = { readonly [Kind in RetagChange['kind']]: number };

/** What would change: counts in all and by claim, the changes themselves, and how many answers by people stay as they are. */
export type RetagPreview = {
  readonly articleCount: number;
  readonly answerCount: number;
  readonly counts: ChangeCounts;
  readonly byClaim: Readonly<Record<string, ChangeCounts>>;
  readonly changes: readonly ArticleChange[];
  readonly changesLeftOut: number;
  /** Articles that other rules judged and that were not read, because so many were not asked for. */
  readonly articlesLeftOut: number;
};

const noChanges: ChangeCounts = { gained: 0, lost: 0, stance: 0, counted: 0, uncounted: 0, quote: 0 };

/** Reads the stored articles that other rules judged, or the first `articlesMax` of them, with the rules of this ledger. Writes nothing. */
export async function previewRetag(
  ledger: LedgerDefinition,
  options: { readonly report: RetagProgress; readonly articlesMax?: number },
  deps: Pick<Deps, 'db' | 'signal'>,
): Promise<RetagPreview> {
  const { report, articlesMax = Number.POSITIVE_INFINITY } = options;
  const { value: rules } = compileLedger(ledger);
  const rulesKey = rulesKeyOf(ledger);
  const total = await countOutdated(deps.db, rulesKey);
  const sum = new PreviewSum();
  for (let afterId = 0; !deps.signal.aborted && sum.articleCount < articlesMax; ) {
    const ids = await listOutdated(deps.db, { rulesKey, afterId, limit: versionsPerBatch });
    const last = ids.at(-1);
    if (last === undefined) break;
    afterId = last;
    const stored = await listStoredTaggings(deps.db, ids);
    for (const version of await listVersions(deps.db, ids)) {
      const before = stored.get(version.id) ?? [];
      const found = listFound(tagText(rules, version).taggings, ledger.claims);
      sum.add(version, { before, changes: listRetagChanges(planRetagging(before, found)) });
    }
    report(sum.articleCount, total);
  }
  return sum.finish(total);
}

/** The preview as it grows, article by article. */
class PreviewSum {
  articleCount = 0;
  #answerCount = 0;
  #changesLeftOut = 0;
  readonly #changes: ArticleChange[] = [];
  readonly #byClaim = new Map<string, ChangeCounts>();

  add(
    version: { readonly articleId: number; readonly title: string },
    read: { readonly before: readonly StoredTagging[]; readonly changes: readonly RetagChange[] },
  ): void {
    const { articleId, title } = version;
    this.articleCount += 1;
    this.#answerCount += read.before.filter(({ answer }) => answer !== null).length;
    for (const change of read.changes) {
      const counts = this.#byClaim.get(change.claim) ?? noChanges;
      this.#byClaim.set(change.claim, { ...counts, [change.kind]: counts[change.kind] + 1 });
      if (this.#changes.length < changesKeptMax) this.#changes.push({ ...change, articleId, title });
      else this.#changesLeftOut += 1;
    }
  }

  finish(total: number): RetagPreview {
    return {
      articleCount: this.articleCount,
      answerCount: this.#answerCount,
      counts: [...this.#byClaim.values()].reduce(addCounts, noChanges),
      byClaim: Object.fromEntries(this.#byClaim),
      changes: this.#changes,
      changesLeftOut: this.#changesLeftOut,
      articlesLeftOut: Math.max(0, total - this.articleCount),
    };
  }
}

function addCounts(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return {
    gained: a.gained + b.gained,
    lost: a.lost + b.lost,
    stance: a.stance + b.stance,
    counted: a.counted + b.counted,
    uncounted: a.uncounted + b.uncounted,
    quote: a.quote + b.quote,
  };
}
