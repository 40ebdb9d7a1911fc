import { describe, expect, it } from 'vitest';
import { statementStance } from '#src/core/stance/statement-stance.ts';
import { prepareText } from '#src/core/stance/statement-stance-features.ts';
import { threadMsOf } from '#test/support/thread-time.ts';

const STATEMENT = 'Giant squid washes ashore in Norwegian harbour';

const CONFIRMING =
  'A giant squid washed ashore in the small Norwegian harbour of Brekkevik on Sunday. The squid, nine metres long, was found by two fishermen in the harbour ' +
  'at dawn and is now in the museum of Bergen. Hundreds of people came to the harbour to see the giant squid.';
const DEBUNKING =
  'The giant squid that washed ashore in a Norwegian harbour is a hoax. The photo of the squid is fake, the harbour master said, and the story is not true. ' +
  'There is no evidence that a squid was ever in the harbour; the picture was fabricated by a satirical website, and the police denied the false report.';
const REPORTING =
  'A giant squid has reportedly washed ashore in a Norwegian harbour, according to unconfirmed reports in a local newspaper. The report, which could not be ' +
  'independently confirmed, claims that the squid may be nine metres long. Sources told the tabloid that the harbour was closed, rumours say.';
const OTHER =
  'The central bank kept its interest rate at four percent on Thursday. Analysts had expected a cut after inflation slowed in the spring. The governor said that ' +
  'wages were still rising fast. Bond prices fell a little.';

describe('statementStance', () => {
  it.each([
    ['disagrees when the text calls it a hoax', STATEMENT, DEBUNKING, 'disagree'],
    ['discusses when the text hands it to others', STATEMENT, REPORTING, 'discuss'],
    ['is unrelated when the text is about something else', STATEMENT, OTHER, 'unrelated'],
    ['is unrelated to an empty text', STATEMENT, '', 'unrelated'],
    ['is unrelated for an empty statement', '', OTHER, 'unrelated'],
  ])('%s', (_name, statement, text, expected) => {
    expect(statementStance({ statement, text }).stance).toBe(expected);
  });

  it('gives agreement more weight in a text that states it than in one that refutes it', () => {
    const agree = (text: string): number => statementStance({ statement: STATEMENT, text }).scores.agree;
    expect(agree(CONFIRMING)).toBeGreaterThan(agree(REPORTING));
    expect(agree(CONFIRMING)).toBeGreaterThan(agree(DEBUNKING));
  });

  it('judges a text read beforehand alike', () => {
    expect(statementStance({ statement: STATEMENT, text: prepareText(DEBUNKING) })).toEqual(
      statementStance({ statement: STATEMENT, text: DEBUNKING }),
    );
  });

  it('gives scores that add up to one', () => {
    const { scores } = statementStance({ statement: STATEMENT, text: REPORTING });
    expect(scores.agree + scores.disagree + scores.discuss + scores.unrelated).toBeCloseTo(1, 9);
  });

  it.each([
    ['one long word', 'a'],
    ['stops', '. '],
    ['cue words', 'not true '],
    ['apostrophes', "a'"],
  ])('takes linear time on 100 KB of %s', (_name, piece) => {
    const text = piece.repeat(100_000 / piece.length);
    expect(threadMsOf(() => statementStance({ statement: text, text }))).toBeLessThan(1000);
  });
});
