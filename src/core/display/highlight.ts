/** Cuts a text into paragraphs and pieces, so that every quote in it can be shown where it stands. */
import type { Stance } from '#src/core/digest/balance.ts';

/** A quote in a text: UTF-16 offsets, and the number of its note. */
export type Highlight = {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly stance: Stance;
};

/**
 * One run of text with one look. `stance` is that of the outermost quote around it. `starts` and `ends` are the numbers of the quotes that begin
 * at its start and end at its end; a quote of several paragraphs begins once and ends once.
 */
export type Piece = {
  readonly text: string;
  readonly stance: Stance | null;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
};

/** The paragraphs of a text as pieces; their texts joined are the text without its line breaks. */
export function cutParagraphs(text: string, highlights: readonly Highlight[]): readonly (readonly Piece[])[] {
  const inside = highlights.filter(({ start, end }) => start >= 0 && start < end && end <= text.length);
  return [...text.matchAll(/[^\n]+/g)].map((match) => cutParagraph({ text: match[0], offset: match.index }, inside));
}

function cutParagraph(
  paragraph: { readonly text: string; readonly offset: number },
  highlights: readonly Highlight[],
): readonly Piece[] {
  const { text, offset } = paragraph;
  const end = offset + text.length;
  const near = highlights.filter((highlight) => highlight.start < end && highlight.end > offset);
  const cuts = new Set([offset, end, ...near.flatMap((highlight) => [highlight.start, highlight.end])]);
  const points = [...cuts].filter((cut) => cut >= offset && cut <= end).sort((a, b) => a - b);
  return points.slice(0, -1).map((from, index) => {
    const to = points[index + 1] ?? end;
    const around = near.filter((highlight) => highlight.start <= from && highlight.end >= to);
    return {
      text: text.slice(from - offset, to - offset),
      stance: outermost(around)?.stance ?? null,
      starts: around.filter((highlight) => highlight.start === from).map(({ number }) => number),
      ends: around.filter((highlight) => highlight.end === to).map(({ number }) => number),
    };
  });
}

function outermost(highlights: readonly Highlight[]): Highlight | null {
  return highlights.reduce<Highlight | null>(
    (widest, highlight) => (widest === null || lengthOf(highlight) > lengthOf(widest) ? highlight : widest),
    null,
  );
}

function lengthOf(highlight: Highlight): number {
  return highlight.end - highlight.start;
}

/** A paragraph to show, or how many without a quote are left out in its place. */
export type FoldedParagraph =
  | { readonly kind: 'shown'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'left-out'; readonly count: number };

/** What stands for a long run of text between quotes. */
const gap = ' […] ';
/** A run between quotes that is shorter than this is kept even when the text is over its size. */
const runLengthMax = 400;

/** The paragraphs that fit into `bytesMax` (UTF-8), and of the rest those with a quote, so that every quote can be jumped to. */
export function foldParagraphs(
  paragraphs: readonly (readonly Piece[])[],
  bytesMax: number,
): readonly FoldedParagraph[] {
  const rows: FoldedParagraph[] = [];
  let bytesLeft = bytesMax;
  for (const pieces of paragraphs) {
    const size = pieces.reduce((sum, piece) => sum + encoder.encode(piece.text).length, 0);
    const last = rows.at(-1);
    if (size <= bytesLeft) rows.push({ kind: 'shown', pieces });
    else if (pieces.some((piece) => piece.stance !== null))
      rows.push({ kind: 'shown', pieces: pieces.map(shortenRun) });
    else if (last?.kind === 'left-out') rows[rows.length - 1] = { kind: 'left-out', count: last.count + 1 };
    else rows.push({ kind: 'left-out', count: 1 });
    // Once a paragraph did not fit, no later one is shown without a quote: the text never has holes before its end.
    bytesLeft = size <= bytesLeft ? bytesLeft - size : 0;
  }
  return rows;
}

const encoder = new TextEncoder();

function shortenRun(piece: Piece): Piece {
  return piece.stance === null && piece.text.length > runLengthMax ? { ...piece, text: gap } : piece;
}
