/** `claims retag`: shows what the rules in the ledger would change about the archive, changes it, or takes a change back. */
import type { Command } from 'commander';
import { type ArticleChange, previewRetag, type RetagPreview } from '#jobs/preview-retag.ts';
import { applyRetag, type RetagResult, undoRetag } from '#jobs/retag-archive.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeChange, describeChanges } from '#src/core/display/retag.ts';
import { showLine } from '#src/core/display/text.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { startProgressLine } from './progress-line.ts';
import { configOf, type House, type Session, withHouse } from './session.ts';

type Options = {
  readonly config?: string;
  readonly json?: boolean;
  readonly preview?: boolean;
  readonly apply?: boolean;
  readonly undo?: string;
};

/** Changes of one claim printed with their words; `--json` has more. */
const changesPerClaimMax = 10;

/** Adds `retag` to the group `claims`. */
export function addRetag(claims: Command, session: Session, exit: (code: number) => void): void {
  claims
    .command('retag')
    .description('what the ledger’s rules would change about stored articles: quotes gained, lost, changed')
    .option('--config <file>', 'the ledger file')
    .option('--json', 'print JSON')
    .option('--preview', 'only show it (this is what happens without an option)')
    .option('--apply', 'judge all stored articles by the rules; --apply again goes on after a stop')
    .option('--undo <run>', 'take back what a run changed; answers by people stay')
    .action(async (_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      const isWriting = options.apply === true || options.undo !== undefined;
      if ([options.preview, options.apply, options.undo].filter((option) => option !== undefined).length > 1)
        throw new LedgerError('usage', 'Cannot re-tag: give one of --preview, --apply and --undo');
      const ledger = options.apply === true ? 'file' : 'stored';
      await withHouse(session, { ...options, ledger, onHandedOver: exit }, async (house) =>
        isWriting ? await write(house, session, options) : await preview(house, session, options),
      );
    });
}

/** The file is asked, not the rules in force: what a person is about to change is what is shown. */
async function preview(house: House, session: Session, options: Options): Promise<void> {
  const { ledger } = configOf(session, options);
  const line = startProgressLine(session, 'articles');
  const found = await previewRetag(ledger, { report: line.report }, house.deps);
  line.end();
  session.out(options.json === true ? `${JSON.stringify(found, null, 2)}\n` : describePreview(found));
}

function describePreview(found: RetagPreview): string {
  if (found.articleCount === 0) return 'All stored articles were judged by these rules; there is nothing to re-tag.\n';
  const { answerCount } = found;
  const answers =
    answerCount === 0
      ? ''
      : ` ${countOf(answerCount, 'answer')} by people ${answerCount === 1 ? 'stays as it is' : 'stay as they are'}.`;
  const byClaim = Map.groupBy(found.changes, ({ claim }) => claim);
  const claims = Object.entries(found.byClaim).map(([claim, counts]) => {
    const own = byClaim.get(claim) ?? [];
    const count = Object.values(counts).reduce((sum, part) => sum + part, 0);
    const shown = own.slice(0, changesPerClaimMax);
    const more = count > shown.length ? `  and ${count - shown.length} more\n` : '';
    return `\n${claim}: ${describeChanges(counts)}\n${shown.map(drawChange).join('')}${more}`;
  });
  const head = `${countOf(found.articleCount, 'stored article')}: ${describeChanges(found.counts)}.${answers}\n`;
  return `${head}${claims.join('')}\nNothing was changed. "claimledger claims retag --apply" does it.\n`;
}

function drawChange(change: ArticleChange): string {
  const lines = [...describeChange(change), `${showLine(change.title)}, article ${change.articleId}`];
  return `  ${lines.join('\n    ')}\n`;
}

async function write(house: House, session: Session, options: Options): Promise<void> {
  const { deps } = house;
  const line = startProgressLine(session, 'articles');
  if (options.undo !== undefined) {
    const result = await undoRetag(readRun(options.undo), deps, line.report);
    line.end();
    printResult(result, { session, options, words: 'taken back' });
    return;
  }
  const { ledger } = configOf(session, options);
  // A running service still works by the ledger it has read; whoever applies means the file.
  if (rulesKeyOf(ledger) !== deps.inForce().rulesKey) await house.reload(ledger);
  const result = await applyRetag(deps, line.report);
  line.end();
  if (result !== null) printResult(result, { session, options, words: 'judged anew' });
  else if (options.json === true)
    session.out(`${JSON.stringify({ runId: null, articleCount: 0, isFinished: true })}\n`);
  else session.out('All stored articles were judged by these rules; there was nothing to re-tag.\n');
}

function printResult(
  result: RetagResult,
  at: { readonly session: Session; readonly options: Options; readonly words: string },
): void {
  const { runId, articleCount, isFinished } = result;
  if (at.options.json === true) {
    at.session.out(`${JSON.stringify(result)}\n`);
    return;
  }
  const rest = isFinished ? '' : ' Stopped on the way; the same command or the running service goes on.';
  const undo = at.words === 'taken back' ? '' : ` "claimledger claims retag --undo ${runId}" takes it back.`;
  at.session.out(`Run ${runId}: ${countOf(articleCount, 'article')} ${at.words}.${rest}${undo}\n`);
}

function readRun(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1)
    throw new LedgerError('usage', `Cannot take back run "${text}": it is a whole number, as --apply printed it`);
  return id;
}
