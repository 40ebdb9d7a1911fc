/** Searching the articles that were kept, and showing one. */
import { type Command, InvalidArgumentError } from 'commander';
import { describePlace } from '#src/core/display/story.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { type ArticleQuery, parseArticleQuery, writeFilter } from '#src/core/search/article-query.ts';
import { searchArticles } from '#src/io/db/article-search.ts';
import { asOfOption, inPast } from './as-of.ts';
import { type CommandGroup, command, type House, type Session, withHouse } from './session.ts';
import { printArticle } from './show-article.ts';
import { shortTime } from './table.ts';
import { readWhen } from './when.ts';

type Options = {
  readonly config?: string;
  readonly claim?: string;
  readonly stance?: string;
  readonly source?: string;
  readonly since?: string;
  readonly asOf?: string;
  readonly relevant?: boolean;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
};

const limitMax = 500;

/** `articles`. */
export const articleCommands: CommandGroup = (session, exit) => {
  const articles = command(
    'articles',
    'search the kept articles: words, "phrases", -not, OR, ( ), claim:, stance:, speaker:, source:, lang:, before:, after:, as-of:',
  )
    .argument('[query...]')
    .option('--claim <id>', 'only articles about this claim')
    .option('--stance <stance>', 'supports, reports or disputes')
    .option('--source <id>', 'only from this source')
    .option('--since <when>', 'a duration (24h), a date or an instant')
    .option(...asOfOption)
    .option('--relevant', 'only articles that are about a topic in substance')
    .option('--limit <count>', 'at most so many', readLimit, 50)
    .option('--cursor <cursor>', 'go on after a page ("next" of --json)')
    .option('--json', 'print JSON')
    .action(async (words: readonly string[], options: Options) => {
      const query = parseArticleQuery(writeQueryText(words, options));
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        inPast(house, options.asOf ?? query.asOf ?? undefined, (past) =>
          printArticles(past, { session, query, options }),
        ),
      );
    });
  articles
    .command('show <id>')
    .description('one article: where its text is from, its captions and its quotes')
    .option('--config <file>', 'the ledger file')
    .option(...asOfOption)
    .option('--json', 'print JSON')
    .action(async (text: string, _: Options, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const id = readArticleId(text);
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        inPast(house, options.asOf, (past) => printArticle(past, { id, session, isJson: options.json === true })),
      );
    });
  return [articles];
};

function readArticleId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new LedgerError('usage', `"${text}" is not the number of an article`);
  return id;
}

/** Reads the count of rows that a list is cut to. */
export function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw new InvalidArgumentError(`must be a whole number from 1 to ${limitMax}`);
  return limit;
}

function writeQueryText(words: readonly string[], { claim, stance, source }: Options): string {
  return [
    ...words,
    ...(claim === undefined ? [] : [writeFilter('claim', claim)]),
    ...(stance === undefined ? [] : [writeFilter('stance', stance)]),
    ...(source === undefined ? [] : [writeFilter('source', source)]),
  ].join(' ');
}

async function printArticles(
  house: House,
  at: { readonly session: Session; readonly query: ArticleQuery; readonly options: Options },
): Promise<void> {
  const { deps } = house;
  const { options, session, query } = at;
  const { zone } = deps.inForce().ledger.digest;
  const since = options.since === undefined ? null : readWhen(options.since, '--since', { now: deps.now(), zone });
  for (const problem of query.problems) session.err(`claimledger: ${problem}\n`);
  const list = await searchArticles(deps.db, query, {
    limit: options.limit,
    cursor: options.cursor ?? null,
    isRelevantOnly: options.relevant === true,
    since,
  });
  if (options.json === true) {
    session.out(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  for (const article of list.items) {
    const claims = article.taggings.map((tagging) => `${tagging.stance} ${tagging.claim}`).join(', ');
    const lines = [
      article.title,
      `  ${article.source ?? 'a cited page'}, ${shortTime(article.firstSeenAt)}  ${article.url ?? ''}`,
      ...[claims, describePlace(article) ?? ''].filter((line) => line !== '').map((line) => `  ${line}`),
    ];
    session.out(`${lines.join('\n')}\n`);
  }
  if (list.items.length === 0) session.out('No article fits.\n');
}
