/** The words of a caption track as a text that can be quoted, with the second at which each part of it is said. */

import { decodeText } from '#src/core/charset.ts';
import { type CaptionCue, CUE_COUNT_MAX, readCueBlocks, readTimedJson, readTimedXml } from './cues.ts';
import type { CaptionKind } from './track.ts';

/** A caption file as it was answered, and what kind of track it is of. */
export type CaptionFile = {
  readonly url: string | null;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  readonly kind: CaptionKind;
};

/** From this offset of the text on (UTF-16), the words are said at this second of the recording or later. */
export type CaptionMark = { readonly offset: number; readonly second: number };

/** What was read: a text in paragraphs with its marks in order, or in words why there is none. */
export type ReadCaptions =
  | {
      readonly kind: 'read';
      readonly text: string;
      readonly marks: readonly CaptionMark[];
      readonly problems: readonly string[];
    }
  | { readonly kind: 'refused'; readonly words: string };

/** Longest text of a track, in characters: ten hours of fast speech. */
const TEXT_CHARS_MAX = 600_000;
/** A paragraph ends behind a sentence at this length, and without one (a machine wrote it) behind the cue at the second length. */
const PARAGRAPH_CHARS = 400;
const UNPUNCTUATED_CHARS = 240;
/** However it is written, no paragraph is longer, in characters. */
const PARAGRAPH_CHARS_MAX = 1_500;
/** A silence after which something else begins, in milliseconds. */
const SILENCE_MS = 6_000;
/** Rolling captions repeat the line above in a cue of a moment between two others, in milliseconds. */
const MOMENT_MS = 200;

/** What is heard but not said: "[Music]", "(applause)", "♪ la la ♪". */
const SOUND = /^(?:\[[^\]]*\]|\([^)]*\)|[♪♫].*|>>)$/u;
const SENTENCE_END = /[.!?…。！？]["'”’»)\]]*$/u;
const WRITTEN_CLOSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。！？、」』]$/u;
const OPENS_CLOSE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}「『，。！？、]/u;
const TOO_LONG = 'the captions are longer than we read';
const EMPTY = 'The captions have no words.';

/** Reads a caption file in whatever of the known forms it is. Never throws; linear in its length. */
export function readCaptions(file: CaptionFile): ReadCaptions {
  const { text, problems } = decodeText(file.bytes, { contentType: file.contentType, kind: 'text' });
  const start = text.trimStart();
  if (start === '') return { kind: 'refused', words: EMPTY };
  if (/^(?:<!--|<!doctype html|<html|<head|<body)/i.test(start.slice(0, 100))) {
    return { kind: 'refused', words: 'A page answered where captions should be.' };
  }
  const cues = readCues(start, file.kind);
  if (cues === null) return { kind: 'refused', words: 'The captions are in a form that we cannot read.' };
  const laid = layOut(dropRepeats(cues.slice(0, CUE_COUNT_MAX)));
  if (laid.text === '') return { kind: 'refused', words: EMPTY };
  const isCut = cues.length > CUE_COUNT_MAX || laid.isCut;
  const { marks } = laid;
  return { kind: 'read', text: laid.text, marks, problems: isCut ? [...problems, TOO_LONG] : problems };
}

/** Null when it is no form that we know. A plain text is one only where a transcript was offered: else it is an error message. */
function readCues(text: string, kind: CaptionKind): readonly CaptionCue[] | null {
  if (text.startsWith('{')) return readTimedJson(text);
  if (text.startsWith('<')) return readTimedXml(text);
  if (text.startsWith('WEBVTT') || text.includes('-->')) return readCueBlocks(text);
  if (kind !== 'transcript') return null;
  const paragraphs = text.slice(0, TEXT_CHARS_MAX).split(/(?:\r\n?|\n){2,}/, CUE_COUNT_MAX + 1);
  return paragraphs.map((words) => ({
    startMs: null,
    endMs: null,
    speaker: null,
    lines: [words.replace(/\s+/g, ' ').trim()],
  }));
}

/**
 * Cues without sounds, and without the lines that rolling captions show again: at the top of the next cue, or in a moment of their own.
 * What is really said twice stands in two full cues.
 */
function dropRepeats(cues: readonly CaptionCue[]): readonly CaptionCue[] {
  let last = '';
  return cues.flatMap((cue) => {
    const said = cue.lines.filter((line) => !SOUND.test(line));
    const isMoment = cue.startMs !== null && cue.endMs !== null && cue.endMs - cue.startMs < MOMENT_MS;
    const lines = said[0] === last && (said.length > 1 || isMoment) ? said.slice(1) : said;
    last = said.at(-1) ?? last;
    return lines.length === 0 ? [] : [{ ...cue, lines }];
  });
}

type Layout = { readonly paragraphs: string[]; readonly marks: CaptionMark[]; length: number; open: string };

function layOut(cues: readonly CaptionCue[]): { text: string; marks: readonly CaptionMark[]; isCut: boolean } {
  const layout: Layout = { paragraphs: [], marks: [], length: 0, open: '' };
  let before: CaptionCue | null = null;
  let isCut = false;
  for (const cue of cues) {
    const words = cue.lines.reduce(joinWords);
    isCut = layout.length + layout.open.length + words.length > TEXT_CHARS_MAX;
    if (isCut) break;
    if (before !== null && endsParagraph(layout.open, before, cue)) closeParagraph(layout);
    addCue(layout, { cue, words, isNewVoice: cue.speaker !== before?.speaker });
    before = cue;
  }
  closeParagraph(layout);
  return { text: layout.paragraphs.join('\n\n'), marks: layout.marks, isCut };
}

function addCue(
  layout: Layout,
  { cue, words, isNewVoice }: { readonly cue: CaptionCue; readonly words: string; readonly isNewVoice: boolean },
): void {
  const isFirst = layout.open === '';
  if (isFirst && cue.speaker !== null && isNewVoice) layout.open = `${cue.speaker}:`;
  const open = joinWords(layout.open, words);
  // Who speaks is named in front of the words and belongs to their second.
  const offset = layout.length + (isFirst ? 0 : open.length - words.length);
  if (cue.startMs !== null) layout.marks.push({ offset, second: Math.floor(cue.startMs / 1_000) });
  layout.open = open;
}

function closeParagraph(layout: Layout): void {
  if (layout.open === '') return;
  layout.paragraphs.push(layout.open);
  layout.length += layout.open.length + 2;
  layout.open = '';
}

function endsParagraph(open: string, before: CaptionCue, cue: CaptionCue): boolean {
  if (cue.speaker !== before.speaker || before.startMs === null) return true;
  if (before.endMs !== null && cue.startMs !== null && cue.startMs - before.endMs > SILENCE_MS) return true;
  if (SENTENCE_END.test(open.slice(-8))) return open.length >= PARAGRAPH_CHARS;
  const isPunctuated = /[.!?…。！？](?:\s|$)/u.test(open);
  return open.length >= (isPunctuated ? PARAGRAPH_CHARS_MAX : UNPUNCTUATED_CHARS);
}

/** Scripts without blanks between words have none between lines either. */
function joinWords(left: string, right: string): string {
  if (left === '') return right;
  return WRITTEN_CLOSE.test(left) && OPENS_CLOSE.test(right) ? left + right : `${left} ${right}`;
}
