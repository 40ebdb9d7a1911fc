import { readFallbackBlocks } from './fallback.ts';
import { type MediaPage, splitPlainText } from './media.ts';
import { readText, type StructuredData } from './structured.ts';
import { type PageSurvey, surveyPage } from './survey.ts';
import { renderBlocks, type TextBlock } from './text.ts';
import { parsePageTree } from './tree.ts';
import { trimBlocks } from './trim.ts';
import { countWords, listWords } from './words.ts';

/** Below this many words our own reading is doubted and the other ways are tried. */
export const DOUBTED_WORDS = 60;
/** The same when the container is named as the body: short news is short. */
const DOUBTED_NAMED_WORDS = 25;
/** A declared body replaces the visible one when it holds this many times its words and begins the same. */
const DECLARED_GAIN_MIN = 2.5;
const DECLARED_SHARED_WORDS_MIN = 0.7;

/** No comparison needs more. */
const WORDS_COUNTED_MAX = 100_000;

const ESCAPES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'", amp: '&' };

/** Where the text came from: our own reading, the page's JSON-LD, @mozilla/readability, or a platform's description. */
export type PageMethod = 'scored' | 'structured' | 'readability' | 'media' | 'none';

/** The blocks that were chosen and where they came from. */
export type PageBody = { readonly blocks: readonly TextBlock[]; readonly method: PageMethod };

/** What the choice looks at beside our own reading; `isWhole` when the parser left nothing out. */
export type BodyContext = {
  readonly html: string;
  readonly survey: PageSurvey;
  readonly data: StructuredData;
  readonly title: string | null;
  readonly byline: string | null;
  readonly isNamed: boolean;
  readonly isWhole: boolean;
};

/**
 * Weighs our own reading against the page's declared articleBody and, when both are short, against readability. The declared
 * body is often cut short or flattened, so it is taken only for what the page does not show.
 */
export function chooseBody(own: readonly TextBlock[], context: BodyContext): PageBody {
  const declared = readDeclaredBody(context.data);
  const declaredWords = countBlockWords(declared, WORDS_COUNTED_MAX);
  const words = countBlockWords(own, declaredWords === 0 ? DOUBTED_WORDS : WORDS_COUNTED_MAX);
  const isDoubted = words < (context.isNamed ? DOUBTED_NAMED_WORDS : DOUBTED_WORDS);
  if (declaredWords >= Math.max(DOUBTED_WORDS, words * DECLARED_GAIN_MIN) && (isDoubted || continues(declared, own))) {
    return { blocks: declared, method: 'structured' };
  }
  if (!isDoubted) return { blocks: own, method: 'scored' };
  const other = context.isWhole ? trimBlocks(readFallbackBlocks(context.html), { ...context, keepsLinks: false }) : [];
  return countBlockWords(other, WORDS_COUNTED_MAX) > words
    ? { blocks: other, method: 'readability' }
    : { blocks: own, method: 'scored' };
}

function readDeclaredBody(data: StructuredData): readonly TextBlock[] {
  const raw = data.main === null ? null : readText(data.main['articleBody']);
  if (raw === null) return [];
  const body = unescapeMarkup(raw);
  if (!/<(?:p|br|div|li)\b/i.test(body)) return splitPlainText(body);
  const survey = surveyPage(parsePageTree(`<body>${body}</body>`).root);
  const root = survey.boxes[0];
  return root === undefined ? [] : renderBlocks(root, survey);
}

/** Declared bodies are often escaped once or twice too often. */
function unescapeMarkup(text: string): string {
  let plain = text;
  for (let round = 0; round < 3 && /&(?:amp|lt|gt|quot|nbsp|#0?39);/.test(plain); round++) {
    plain = plain.replace(
      /&(lt|gt|quot|nbsp|#0?39|amp);/g,
      (_, name: string) => ESCAPES[name.replace('#0', '#')] ?? ' ',
    );
  }
  return plain;
}

/** Whether a longer text holds most of the words of a shorter one. */
function continues(longer: readonly TextBlock[], shorter: readonly TextBlock[]): boolean {
  const known = new Set(longer.flatMap((block) => listWords(block.text)));
  const words = shorter.flatMap((block) => listWords(block.text));
  return words.filter((word) => known.has(word)).length >= words.length * DECLARED_SHARED_WORDS_MIN;
}

/** A media page's text is its description; a show's page may say more in its markup. */
export function chooseDescription(
  own: readonly TextBlock[],
  media: Pick<MediaPage, 'description' | 'isWhole'>,
): PageBody {
  const described = media.description === null ? [] : splitPlainText(media.description);
  const isOwnBetter =
    !media.isWhole && countBlockWords(own, WORDS_COUNTED_MAX) > countBlockWords(described, WORDS_COUNTED_MAX);
  return isOwnBetter ? { blocks: own, method: 'scored' } : { blocks: described, method: 'media' };
}

function countBlockWords(blocks: readonly TextBlock[], max: number): number {
  let count = 0;
  for (const block of blocks) if (count < max) count += countWords(block.text, max);
  return count;
}
