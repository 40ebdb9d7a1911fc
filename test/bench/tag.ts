import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { LedgerDefinition } from '#src/core/claim-definition.ts';
import { compileLedger } from '#src/core/claim-language.ts';
import { tagText } from '#src/core/tagging.ts';
import { tokenize } from '#src/core/tokens.ts';

const articleSchema = z.object({ title: z.string(), text: z.string() });
const CLAIM_COUNTS = [15, 1000, 10_000] as const;
const ARTICLE_CHARS = 5000;
const ARTICLE_COUNT = 100;
// A regex per claim needs seconds for one article at 10,000 claims: fewer articles tell as much.
const NAIVE_ARTICLE_COUNT = 3;
const GROUPS = 3;
const TERMS = 4;
const WILDCARD_EVERY = 4;

/** Prints articles per second of the tagger and of one naive regex per claim, in one run, at 15, 1,000 and 10,000 generated claims. */
export function benchTag(sharedDir: string): void {
  const articles = readArticles(sharedDir);
  const words = [...new Set(articles.flatMap(({ title }) => tokenize(title).map((token) => token.form)))].filter(
    (word) => word.length > 3,
  );
  for (const count of CLAIM_COUNTS) {
    const ledger = generateLedger(words, count);
    const { value } = compileLedger(ledger);
    const tagger = rate(articles, (article) => tagText(value, { ...article, lang: 'en' }));
    const patterns = ledger.claims.map(toPatterns);
    const naive = rate(articles.slice(0, NAIVE_ARTICLE_COUNT), ({ text }) => {
      for (const groups of patterns) groups.every((pattern) => pattern.test(text));
    });
    console.log(
      `${count} claims: tagger ${tagger.toFixed(0)}/s, a regex per claim ${naive.toFixed(1)}/s, ${(tagger / naive).toFixed(0)} times`,
    );
  }
}

function readArticles(sharedDir: string): readonly z.infer<typeof articleSchema>[] {
  const file = join(sharedDir, 'eval/claims/negatives/general-news.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const all = lines.map((line) => articleSchema.parse(JSON.parse(line)));
  const long = all.filter(({ text }) => text.length > ARTICLE_CHARS / 2).slice(0, ARTICLE_COUNT);
  return long.map(({ title, text }) => ({ title, text: `${text}\n${text}`.slice(0, ARTICLE_CHARS) }));
}

// A fixed stride through the words instead of chance: the same claims in every run.
function generateLedger(words: readonly string[], count: number): LedgerDefinition {
  const pick = (index: number) => words[(index * 7919) % words.length] ?? 'word';
  const term = (index: number) => (index % WILDCARD_EVERY === 0 ? `${pick(index).slice(0, 5)}*` : pick(index));
  const claims = Array.from({ length: count }, (_, claim) => ({
    id: `claim-${claim}`,
    short: 'Generated',
    statement: 'Generated',
    all: Array.from({ length: GROUPS }, (_, group) =>
      Array.from({ length: TERMS }, (_, at) => term((claim * GROUPS + group) * TERMS + at)),
    ),
    within: '2 sentences',
  }));
  return { topics: [], claims };
}

function toPatterns(claim: LedgerDefinition['claims'][number]): readonly RegExp[] {
  const groups = (claim.all ?? []).flatMap((group) => (Array.isArray(group) ? [group.map(String)] : []));
  return groups.map(
    (terms) => new RegExp(`\\b(?:${terms.map((term) => term.replace('*', '\\w*')).join('|')})\\b`, 'i'),
  );
}

function rate<Article>(articles: readonly Article[], read: (article: Article) => void): number {
  const start = performance.now();
  for (const article of articles) read(article);
  return articles.length / ((performance.now() - start) / 1000);
}
