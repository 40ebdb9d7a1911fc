/** The stage commands: the service's own code on lines of JSON, without store or network. One line in, one line out, in order. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { compileLedger } from '#src/core/claim/language.ts';
import { describeExplanation } from '#src/core/display/explanation.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { QuantityReader } from '#src/core/quantity/quantities.ts';
import { statementStance } from '#src/core/stance/statement-stance.ts';
import { type PreparedText, prepareText } from '#src/core/stance/statement-stance-features.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { openWorkerPool, type WorkerPool } from '#src/io/worker-pool.ts';
import { openGrouper } from './group.ts';
import { type CommandGroup, command, configOf, type Session } from './session.ts';

/** Lines read ahead of the one that is printed next: enough to keep every core busy, unless they are long. */
const linesAheadMax = 32;
const charactersAheadMax = 8_000_000;
/** Texts kept ready for the next statement about them. */
const preparedTextsMax = 500;

const id = z.union([z.string(), z.number()]);
const feedLine = z.object({
  id,
  base64: z.string(),
  headers: z.record(z.string(), z.string()).nullish(),
  url: z.string().nullish(),
});
const pageLine = z.union([
  z.object({ id, url: z.string().nullish(), html: z.string() }),
  z.object({ id, url: z.string().nullish(), base64: z.string(), contentType: z.string().nullish() }),
]);
const articleLine = z.object({
  id,
  title: z.string().nullish(),
  text: z.string().nullish(),
  lang: z.string().nullish(),
});
const statementLine = z.object({ id, claim: z.string(), text: z.string() });
const textLine = z.object({ id, text: z.string(), lang: z.string().nullish() });

/** `parse-feed`, `extract`, `tag`, `quantities`, `stance` and `group`. */
export const stageCommands: CommandGroup = (session) => [
  command('parse-feed', 'read feeds: lines of {id, base64, headers?, url?}, or files')
    .argument('[files...]')
    .option('--jsonl', 'lines of JSON on standard input')
    .action(async (files: readonly string[], options: { readonly jsonl?: boolean }) => {
      await using pool = openWorkerPool();
      if (options.jsonl === true) await eachLine(session, (line) => parseFeedLine(feedLine.parse(line), pool));
      else await parseFiles(files, session, pool);
    }),
  command('extract', 'read article pages: lines of {id, url, html} or {id, url, base64, contentType?}')
    .requiredOption('--jsonl', 'lines of JSON on standard input')
    .action(async () => {
      await using pool = openWorkerPool();
      await eachLine(session, (line) => extractLine(pageLine.parse(line), pool));
    }),
  command('tag', 'tag articles against the ledger: lines of {id, title, text, lang?}')
    .requiredOption('--jsonl', 'lines of JSON on standard input')
    .option('--explain', 'say why each tagging was made')
    .action(async (options: { readonly config?: string; readonly explain?: boolean }) => {
      const rules = compileLedger(configOf(session, options).ledger).value;
      await eachLine(session, async (line) => {
        const article = articleLine.parse(line);
        const { taggings, ...result } = tagText(rules, {
          title: article.title ?? '',
          text: article.text ?? '',
          lang: article.lang ?? null,
        });
        const shown = taggings.map(({ explain, quantities, ...tagging }) =>
          options.explain === true
            ? { ...tagging, quantities, explain, why: describeExplanation(explain, tagging.stance) }
            : { ...tagging, quantities: quantities.map(({ measure: _, ...quantity }) => quantity) },
        );
        return { id: article.id, ...result, taggings: shown };
      });
    }),
  command('quantities', 'find amounts: lines of {id, text, lang?}')
    .requiredOption('--jsonl', 'lines of JSON on standard input')
    .action(async () => {
      const reader = new QuantityReader();
      await eachLine(session, async (line) => {
        const { id: lineId, text } = textLine.parse(line);
        return { id: lineId, quantities: reader.find(text).map((quantity) => ({ ...quantity, field: 'text' })) };
      });
    }),
  command('stance', 'how a text stands to a bare statement: lines of {id, claim, text}')
    .requiredOption('--jsonl', 'lines of JSON on standard input')
    .action(async () => {
      const prepared = new Map<string, PreparedText>();
      await eachLine(session, async (line) => {
        const { id: lineId, claim, text } = statementLine.parse(line);
        return { id: lineId, stance: statementStance({ statement: claim, text: prepareOnce(text, prepared) }).stance };
      });
    }),
  command(
    'group',
    'find copies and stories in articles, in this order: lines of {id, text, title?, url?, publishedAt?}',
  )
    .requiredOption('--jsonl', 'lines of JSON on standard input')
    .action(async () => {
      const group = openGrouper();
      await eachLine(session, async (line) => group(line));
    }),
];

/** Many statements meet the same text, and reading it is most of the work; the texts met last are kept. */
function prepareOnce(text: string, prepared: Map<string, PreparedText>): PreparedText {
  const known = prepared.get(text) ?? prepareText(text);
  prepared.delete(text);
  prepared.set(text, known);
  const oldest = prepared.keys().next().value;
  if (prepared.size > preparedTextsMax && oldest !== undefined) prepared.delete(oldest);
  return known;
}

async function parseFeedLine(line: z.output<typeof feedLine>, pool: WorkerPool): Promise<object> {
  const bytes = Buffer.from(line.base64, 'base64');
  const feed = await pool.parseFeed({ bytes, headers: line.headers ?? {}, url: line.url ?? null });
  if (feed.kind === 'refused') return { id: line.id, error: feed.error };
  const { kind: _, ...rest } = feed;
  return { id: line.id, ...rest };
}

async function parseFiles(files: readonly string[], session: Session, pool: WorkerPool): Promise<void> {
  if (files.length === 0)
    throw new LedgerError('usage', 'Cannot read feeds: name files, or give --jsonl and lines on standard input');
  for (const file of files) {
    const path = resolve(session.cwd, file);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new LedgerError(
        'not-found',
        `Cannot read "${file}": ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    });
    const line = await parseFeedLine({ id: basename(file), base64: bytes.toString('base64') }, pool);
    session.out(`${JSON.stringify(line)}\n`);
  }
}

async function extractLine(line: z.output<typeof pageLine>, pool: WorkerPool): Promise<object> {
  const url = line.url ?? null;
  const input =
    'html' in line
      ? { url, html: line.html }
      : { url, bytes: Buffer.from(line.base64, 'base64'), contentType: line.contentType ?? null };
  return { id: line.id, ...(await pool.extractPage(input)) };
}

/** Reads lines, works on several at once, prints in order. A line that cannot be read gives its number and why, and the run goes on. */
async function eachLine(session: Session, work: (line: unknown) => Promise<object>): Promise<void> {
  const pending: { readonly answer: Promise<string>; readonly characterCount: number }[] = [];
  let lineNumber = 0;
  let charactersAhead = 0;
  const printFirst = async (): Promise<void> => {
    const first = pending.shift();
    charactersAhead -= first?.characterCount ?? 0;
    session.out(`${await first?.answer}\n`);
  };
  for await (const text of createInterface({ input: session.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (text.trim() === '') continue;
    pending.push({ answer: answerLine(text, lineNumber, work), characterCount: text.length });
    charactersAhead += text.length;
    while (pending.length >= linesAheadMax || charactersAhead > charactersAheadMax) await printFirst();
  }
  while (pending.length > 0) await printFirst();
}

async function answerLine(text: string, line: number, work: (line: unknown) => Promise<object>): Promise<string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
    return JSON.stringify(await work(parsed));
  } catch (error) {
    const known = z.object({ id }).safeParse(parsed);
    return JSON.stringify({ ...(known.success ? { id: known.data.id } : {}), line, error: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}
