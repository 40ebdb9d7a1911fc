/** `claims suggest`: a claim for the ledger out of a bare statement, and what it would find in the archive. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type TriedClaim, tryClaim } from '#jobs/try-claim.ts';
import { renderClaim } from '#src/config/write-claim.ts';
import { type ClaimSuggestion, suggestClaim } from '#src/core/claim/suggestion.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { quoteText, shortenQuote, showLine } from '#src/core/display/text.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { postgresDir } from '#src/io/db/store.ts';
import { configOf, type Session, withHouse } from './session.ts';

type Options = { readonly config?: string; readonly json?: boolean };

/** Longest statement, in characters; a claim is a sentence. */
const statementLengthMax = 500;

/** Adds `suggest` to the group `claims`. */
export function addSuggest(claims: Command, session: Session, exit: (code: number) => void): void {
  claims
    .command('suggest')
    .description('propose a claim from a bare statement, and show what it would find in the archive')
    .argument('<statement>', 'one sentence')
    .option('--config <file>', 'the ledger file')
    .option('--json', 'print JSON')
    .action(async (text: string, _options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      const statement = text.trim();
      if (statement === '' || statement.length > statementLengthMax)
        throw new LedgerError(
          'usage',
          `Cannot suggest a claim: the statement has ${statement.length} characters, limit ${statementLengthMax}`,
        );
      const config = configOf(session, options);
      const suggestion = suggestClaim(statement, config.ledger);
      const hasStore = config.databaseUrl !== null || existsSync(postgresDir(config.dataDir));
      if (!hasStore) {
        print(suggestion, null, { session, options });
        return;
      }
      await withHouse(session, { ...options, onHandedOver: exit }, async ({ deps }) =>
        print(suggestion, await tryClaim(suggestion.claim, config.ledger, deps), { session, options }),
      );
    });
}

function print(
  suggestion: ClaimSuggestion,
  tried: TriedClaim | null,
  at: { readonly session: Session; readonly options: Options },
): void {
  const { out } = at.session;
  if (at.options.json === true) {
    out(`${JSON.stringify({ ...suggestion, tried }, null, 2)}\n`);
    return;
  }
  out(`${describeSuggestion(suggestion)}${renderClaim(suggestion.claim)}${tried === null ? '' : describeTried(tried)}`);
}

/** Comments, so that the whole output can stand in a ledger as it is. */
function describeSuggestion({ isComplete, leftOut }: ClaimSuggestion): string {
  const head = isComplete
    ? '# Read it, correct it, put it under "claims" in the ledger, then run "claimledger claims check".\n'
    : '# No group of words finds the statement; by its statement alone the claim gives quotes for review.\n';
  return leftOut.length === 0 ? head : `${head}# Left out, since all groups must be met: ${leftOut.join(', ')}\n`;
}

function describeTried({ articleCount, foundCount, waitingCount, quotes }: TriedClaim): string {
  if (articleCount === 0) return '# The archive is empty.\n';
  const head = `# In the newest ${countOf(articleCount, 'stored article')}: ${foundCount} would count, ${waitingCount} would wait for review.\n`;
  const lines = quotes.map(
    ({ stance, quote, articleId, title }) =>
      `# ${stance}: ${quoteText(showLine(shortenQuote(quote).text), null)} (${showLine(title)}, article ${articleId})\n`,
  );
  return [head, ...lines].join('');
}
