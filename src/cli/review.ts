/** Reviewing on the command line: what waits for a person, and the answers. */
import { InvalidArgumentError } from 'commander';
import { answerReview, type GivenAnswer, type ReviewAnswer, undoAnswer } from '#jobs/answer-review.ts';
import { renderExamples } from '#src/config/write-examples.ts';
import { STANCES, type Stance } from '#src/core/claim/definition.ts';
import { describeDoubts } from '#src/core/display/explanation.ts';
import { quoteText, showLine } from '#src/core/display/text.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { listAnsweredExamples, listWaiting, type ReviewCard } from '#src/io/db/reviews.ts';
import { readLimit } from './articles.ts';
import { type CommandGroup, command, type House, type Session, withHouse } from './session.ts';
import { renderSpoken } from './show-article.ts';
import { shortTime } from './table.ts';

type Options = {
  readonly config?: string;
  readonly json?: boolean;
  readonly claim?: string;
  readonly limit?: number;
  readonly by?: string;
};

const limitUsual = 20;
/** Whoever may run commands on the machine. */
const byUsual = 'the operator';

/** `review` with its parts. */
export const reviewCommands: CommandGroup = (session, exit) => {
  const review = command('review', 'quotes the rules were not sure about: list them, answer').option(
    '--json',
    'print JSON',
  );
  const run = (options: Options, work: (house: House) => Promise<void>) =>
    withHouse(session, { ...options, onHandedOver: exit }, work);
  review
    .command('list', { isDefault: true })
    .description('what waits for an answer, newest first')
    .option('--config <file>', 'the ledger file')
    .option('--claim <id>', 'only quotes on this claim')
    .option('--limit <count>', 'at most so many', readLimit, limitUsual)
    .option('--json', 'print JSON')
    .action(async (_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await run(options, (house) => printWaiting(house, session, options));
    });
  const part = (name: string, description: string) =>
    review
      .command(name)
      .description(description)
      .argument('<id>', 'the number of a quote, as "review list" prints it', readId)
      .option('--config <file>', 'the ledger file')
      .option('--by <name>', 'who answers; shown beside the quote', byUsual)
      .option('--json', 'print JSON');
  const answer = (
    house: House,
    taggingId: number,
    given: { readonly answer: ReviewAnswer; readonly options: Options },
  ) => printAnswer(house, session, { ...given, taggingId });
  for (const [name, description] of [
    ['confirm', 'the quote is about its claim, with the stance shown'],
    ['reject', 'the quote is not about its claim'],
  ] as const) {
    part(name, description).action(async (id: number, _options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await run(options, (house) => answer(house, id, { answer: name, options }));
    });
  }
  part('stance', 'the quote has another stance on its claim')
    .argument('<stance>', STANCES.join(', '), readStance)
    .action(async (id: number, stance: Stance, _options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await run(options, (house) => answer(house, id, { answer: stance, options }));
    });
  part('undo', 'take the answer about a quote back').action(async (id: number, _options: Options, self) => {
    const options: Options = self.optsWithGlobals();
    await run(options, async (house) => {
      await undoAnswer(id, house.deps);
      session.out(
        options.json === true ? `${JSON.stringify({ taggingId: id })}\n` : `Quote ${id}: answer taken back.\n`,
      );
    });
  });
  review
    .command('export')
    .description('the answers as examples for the claims of a ledger, in YAML')
    .option('--config <file>', 'the ledger file')
    .option('--json', 'print JSON')
    .action(async (_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await run(options, (house) => printExamples(house, session, options));
    });
  return [review];
};

async function printWaiting(house: House, session: Session, options: Options): Promise<void> {
  const { claim = null, limit = limitUsual } = options;
  const claims = house.deps.inForce().ledger.claims.map(({ id }) => id);
  if (claim !== null && !claims.includes(claim))
    throw new LedgerError('not-found', `There is no claim "${claim}"; the ledger has ${claims.join(', ')}`);
  const cards = await listWaiting(house.deps.db, { claim, limit });
  if (options.json === true) {
    session.out(`${JSON.stringify({ items: cards }, null, 2)}\n`);
    return;
  }
  for (const card of cards) session.out(drawCard(card));
  if (cards.length === 0) session.out('Nothing to review. The rules were sure about everything.\n');
}

function drawCard(card: ReviewCard): string {
  const doubts = card.explanation === null ? [] : describeDoubts(card.explanation);
  const lines = [
    `${card.taggingId}  ${card.claim}: ${showLine(card.statement)}`,
    `  ${[card.before, quoteText(card.quote, card.lang), card.after]
      .filter((part) => part !== '')
      .map(showLine)
      .join(' ')}`,
    `  ${showLine(card.outlet)}, ${shortTime(card.storedAt)}, article ${card.articleId}${card.spoken === null ? '' : `, ${renderSpoken(card.spoken, card.url)}`}`,
    `  Our guess: ${card.stance}${card.speaker === null ? '' : `, ${showLine(card.speaker)}`}. ${doubts.join(' ')}`,
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n\n`;
}

async function printAnswer(
  house: House,
  session: Session,
  at: { readonly taggingId: number; readonly answer: ReviewAnswer; readonly options: Options },
): Promise<void> {
  const { by = byUsual, json } = at.options;
  const given = await answerReview({ taggingId: at.taggingId, answer: at.answer, by }, house.deps);
  session.out(json === true ? `${JSON.stringify(given)}\n` : `Saved: ${describeAnswer(given)}\n`);
}

function describeAnswer({ taggingId, claim, verdict, stance }: GivenAnswer): string {
  const undo = `"claimledger review undo ${taggingId}" takes it back.`;
  return verdict === 'reject' ? `not about ${claim}. ${undo}` : `${stance} ${claim}. ${undo}`;
}

async function printExamples(house: House, session: Session, options: Options): Promise<void> {
  const examples = await listAnsweredExamples(house.deps.db);
  session.out(options.json === true ? `${JSON.stringify({ items: examples }, null, 2)}\n` : renderExamples(examples));
  if (examples.length === 0) session.err('claimledger: nobody has answered yet\n');
}

function readId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError('must be the number of a quote');
  return id;
}

function readStance(text: string): Stance {
  const stance = STANCES.find((known) => known === text);
  if (stance === undefined) throw new InvalidArgumentError(`must be one of ${STANCES.join(', ')}`);
  return stance;
}
