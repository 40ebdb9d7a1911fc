import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { findBodyBox } from './body.ts';
import { surveyPage } from './survey.ts';
import { renderBlocks, type TextBlock } from './text.ts';
import { parsePageTree } from './tree.ts';

/**
 * Readability and linkedom take seconds on pages that are large or deep (20,000 nested elements: 14 s, then a stack
 * overflow; 50,000 nested frames: minutes), so a second reading is tried only below these.
 */
const HTML_LENGTH_MAX = 1_500_000;
const TAGS_MAX = 20_000;

/** Reads the body with @mozilla/readability for pages on which our own reading finds next to nothing; never throws. */
export function readFallbackBlocks(html: string): readonly TextBlock[] {
  if (html.length > HTML_LENGTH_MAX || countTags(html) > TAGS_MAX) return [];
  const content = readContent(html);
  if (content === null) return [];
  const again = surveyPage(parsePageTree(`<body>${content}</body>`).root);
  const root = again.boxes[0] ?? findBodyBox(again.boxes, null);
  return root === null ? [] : renderBlocks(root, again);
}

function readContent(html: string): string | null {
  try {
    const { document } = parseHTML(html);
    return new Readability(document, { charThreshold: 100 }).parse()?.content ?? null;
  } catch {
    // Both libraries throw on documents without a body or root element.
    return null;
  }
}

function countTags(html: string): number {
  let count = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) count++;
  return count;
}
