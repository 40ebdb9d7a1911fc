import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { claimSectionShape } from '#src/config/claim-schema.ts';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { extractPage } from '#src/core/page/page.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { median, printBar } from './bar.ts';
import { readPages } from './pages.ts';
import { answerTurns, openMeter, startRunner } from './runner.ts';

/** The first turns are slower than any later one: code is compiled as it turns out to be used much. */
const WARM_UP_COUNT = 3;
const TURN_COUNT = 9;
const PAGE_URL = 'https://news.example/story';
const SHARE_MAX = 1;
const RATE_MIN = 500;

/**
 * Prints what the whole stage, from sentences to stance, takes for the shipped claims against the reading of the same pages: the
 * stage after the reading must not be the slower one. Each has a process of its own and pays for all that it uses, in turns.
 */
export async function benchStage(sharedDir: string): Promise<void> {
  using reading = startRunner(import.meta.filename, ['read', sharedDir]);
  using tagging = startRunner(import.meta.filename, ['tag', sharedDir]);
  const shares: number[] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < WARM_UP_COUNT + TURN_COUNT; turn++) {
    const [readSeconds = Number.NaN] = await reading.run('turn');
    const [tagSeconds = Number.NaN] = await tagging.run('turn');
    if (turn < WARM_UP_COUNT) continue;
    shares.push(tagSeconds / readSeconds);
    rates.push(1 / tagSeconds);
  }
  const pageCount = readPages(sharedDir).length;
  const rate = pageCount * Math.max(...rates);
  console.log(`tag: the whole stage with the shipped claims, processor time, ${TURN_COUNT} turns`);
  printBar({ name: 'time of tagging against reading the pages', figure: median(shares), unit: 'x', most: SHARE_MAX });
  printBar({ name: 'best turn', figure: rate, unit: ' articles/s', least: RATE_MIN });
}

function measureHere(name = '', sharedDir = ''): void {
  const { value } = compileLedger(readShippedLedger());
  const pages = readPages(sharedDir);
  const read = () => pages.map((bytes) => extractPage({ url: PAGE_URL, bytes, contentType: null }));
  const articles = read().map(({ title, text, lang }) => ({ title: title ?? '', text, lang }));
  const work = name === 'read' ? read : () => articles.map((article) => tagText(value, article));
  const meter = openMeter();
  answerTurns(() => {
    work();
    return [meter()];
  });
}

function readShippedLedger(): LedgerDefinition {
  const source = readFileSync(new URL('../../ledger.yaml', import.meta.url), 'utf8');
  return z.object(claimSectionShape).parse(parse(source));
}

if (import.meta.main) measureHere(...process.argv.slice(2));
