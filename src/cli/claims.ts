/** The claims: what was said about each, and whether their own examples hold. */
import { compileLedger } from '#src/core/claim/language.ts';
import { tallyInWords } from '#src/core/digest/digest.ts';
import { describeRepeated } from '#src/core/display/story.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { checkExamples } from '#src/core/tagging/examples.ts';
import { findClaim, listClaimRows } from '#src/io/db/claim-reads.ts';
import { listReasons } from '#src/io/db/explanations.ts';
import { listWaiting } from '#src/io/db/reviews.ts';
import { asOfOption, inPast } from './as-of.ts';
import { renderNumbers } from './claim-numbers.ts';
import { renderNearMisses, renderReasons } from './claim-reasons.ts';
import { addRetag } from './retag.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';
import { renderSpoken } from './show-article.ts';
import { addSuggest } from './suggest.ts';
import { renderTable, shortTime } from './table.ts';

type Options = { readonly config?: string; readonly json?: boolean; readonly asOf?: string };

/** Quotes that wait, printed with a claim; "claimledger review" lists all. */
const nearMissesMax = 10;

/** `claims` with its parts. */
export const claimCommands: CommandGroup = (session, exit) => {
  const claims = command('claims', 'the tracked claims: list, show, check their examples, re-tag').option(
    '--json',
    'print JSON',
  );
  claims
    .command('list', { isDefault: true })
    .description('every claim with its balance of evidence')
    .option('--config <file>', 'the ledger file')
    .option(...asOfOption)
    .option('--json', 'print JSON')
    .action(async (_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        inPast(house, options.asOf, (past) => printClaims(past, session, options)),
      );
    });
  claims
    .command('show')
    .description('one claim: balance, quotes, numbers')
    .argument('<id>')
    .option('--config <file>', 'the ledger file')
    .option(...asOfOption)
    .option('--json', 'print JSON')
    .action(async (id: string, _options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        inPast(house, options.asOf, (past) => printClaim(past, { id, session, options })),
      );
    });
  claims
    .command('check')
    .description("run each claim's own examples; no store is opened")
    .option('--config <file>', 'the ledger file')
    .option('--json', 'print JSON')
    .action((_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      exit(checkClaims(session, options));
    });
  addSuggest(claims, session, exit);
  addRetag(claims, session, exit);
  return [claims];
};

/** Quotes and numbers printed of one claim: what a terminal or a program takes at once. */
const quotesMax = 10_000;

async function printClaims(house: House, session: Session, options: Options): Promise<void> {
  const { deps } = house;
  const items = await listClaimRows(deps.db, { now: deps.now(), zone: deps.inForce().ledger.digest.zone });
  if (options.json === true) {
    session.out(`${JSON.stringify({ items, next: null }, null, 2)}\n`);
    return;
  }
  const rows = items.map((claim) => [claim.id, tallyInWords(claim.tally), claim.statement]);
  session.out(renderTable(['CLAIM', 'ORIGINS', 'STATEMENT'], rows));
}

async function printClaim(
  house: House,
  at: { readonly id: string; readonly session: Session; readonly options: Options },
): Promise<void> {
  const { deps } = house;
  const { zone } = deps.inForce().ledger.digest;
  const claim = await findClaim(deps.db, at.id, { now: deps.now(), zone, quotesMax, numbersMax: quotesMax });
  if (claim === null) {
    const known = deps.inForce().ledger.claims.map(({ id }) => id);
    throw new LedgerError('not-found', `There is no claim "${at.id}"; the ledger has ${known.join(', ')}`);
  }
  if (at.options.json === true) {
    at.session.out(`${JSON.stringify(claim, null, 2)}\n`);
    return;
  }
  const reasons = await listReasons(deps.db, { taggingIds: claim.quotes.map(({ taggingId }) => taggingId) });
  at.session.out(`${claim.statement}\n${claim.id}: ${tallyInWords(claim.tally)}\n`);
  for (const quote of claim.quotes) {
    const who = quote.speaker ?? quote.outlet;
    const spoken = quote.spoken == null ? '' : `, ${renderSpoken(quote.spoken, quote.url)}`;
    const copies = describeRepeated(quote.repeated);
    at.session.out(
      `\n${quote.stance.toUpperCase()}  ${who}\n“${quote.quote}”\n${quote.outlet}, ${shortTime(quote.storedAt)}, article ${quote.articleId}${spoken}\n${copies === null ? '' : `${copies}, counted once\n`}${renderReasons(reasons.get(quote.taggingId), quote.stance)}`,
    );
  }
  at.session.out(renderNearMisses(await listWaiting(deps.db, { claim: claim.id, limit: nearMissesMax })));
  at.session.out(renderNumbers(claim));
}

/** The exit code: 0 when every example holds, 1 when one does not. A ledger without any example has not been checked. */
function checkClaims(session: Session, options: Options): number {
  const { value: rules } = compileLedger(configOf(session, options).ledger);
  const results = checkExamples(rules);
  const misses = results.filter((result) => !result.ok);
  if (options.json === true) {
    session.out(`${JSON.stringify({ items: results }, null, 2)}\n`);
  } else {
    for (const miss of misses) {
      const wish = miss.kind === 'match' ? 'should match and does not' : 'should not match and does';
      session.out(`${miss.claim}: ${wish}: “${miss.example}”\n  ${miss.reason}\n`);
    }
    session.out(`${results.length - misses.length} of ${results.length} examples hold.\n`);
  }
  if (results.length === 0) session.err('claimledger: the ledger has no examples to check\n');
  return misses.length > 0 ? 1 : 0;
}
