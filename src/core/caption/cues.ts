/**
 * Caption files as cues: WebVTT (W3C), SRT, YouTube's timed text in XML (`text`, and `p` with `s`) and JSON (`events`), TTML (W3C), and
 * the JSON of podcasts (Podcasting 2.0, `segments`). Every reader is one pass over a file that may be hostile.
 */
import { decodeHTML } from 'entities';
import { removeUnstorable } from '#src/core/charset.ts';
import { isNode } from '#src/core/page/structured.ts';
import { parseXml, type XmlElement } from '#src/core/xml/tree.ts';

/** What is shown at one moment. Times are in milliseconds from the start of the recording, null when they cannot be read. */
export type CaptionCue = {
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly speaker: string | null;
  readonly lines: readonly string[];
};

/** A film of ten hours with a cue every two seconds has 18,000. */
export const CUE_COUNT_MAX = 20_000;
/** A cue is two lines of some 40 characters; transcripts have a paragraph. */
const CUE_CHARS_MAX = 5_000;
/** Captions have two or three lines at a time. */
const CUE_LINES_MAX = 200;
const SPEAKER_CHARS_MAX = 80;
/** Elements of a timed text that are looked at, markup around the cues included. */
const ELEMENTS_VISITED_MAX = 400_000;

const ARROW = /^\s*([\d:.,]{1,20})\s*-->\s*([\d:.,]{0,20})/;
const VOICE = /<v(?:\.[^\s<>]*)?\s+([^<>]{1,100})>/;

/** The cues of a WebVTT or SRT file, at most one more than are read. */
export function readCueBlocks(text: string): readonly CaptionCue[] {
  const cues: CaptionCue[] = [];
  let open: { startMs: number | null; endMs: number | null; speaker: string | null; lines: string[] } | null = null;
  for (let at = 0; at <= text.length && cues.length <= CUE_COUNT_MAX; ) {
    const end = findLineEnd(text, at);
    const line = text.slice(at, Math.min(end, at + CUE_CHARS_MAX));
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    const timing = ARROW.exec(line);
    if (timing !== null) {
      if (open !== null) cues.push(open);
      open = { startMs: parseClock(timing[1]), endMs: parseClock(timing[2]), speaker: null, lines: [] };
    } else if (open !== null && line.trim() === '' && open.lines.length > 0) {
      cues.push(open);
      open = null;
    } else if (open !== null) {
      open.speaker ??= cleanSpeaker(VOICE.exec(line)?.[1] ?? null);
      if (open.lines.length < CUE_LINES_MAX) open.lines.push(line);
    }
  }
  if (open !== null) cues.push(open);
  return cues.map((cue) => ({ ...cue, lines: cleanLines(cue.lines.join('\n')) }));
}

function findLineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 0x0a && text.charCodeAt(at) !== 0x0d) at++;
  return at;
}

/** The cues of a timed text in XML. Entities that a document declares itself stay as they are written. */
export function readTimedXml(text: string): readonly CaptionCue[] {
  const cues: CaptionCue[] = [];
  const pending = [...parseXml(text, null).roots].reverse();
  for (let visited = 0; pending.length > 0 && visited < ELEMENTS_VISITED_MAX; visited++) {
    const element = pending.pop();
    if (element === undefined || cues.length > CUE_COUNT_MAX) break;
    const cue = readTimedElement(element);
    if (cue !== null) cues.push(cue);
    else for (const child of element.children.toReversed()) if (typeof child !== 'string') pending.push(child);
  }
  return cues;
}

/** `<text start dur>` in seconds, `<p t d>` in milliseconds, `<p begin end dur>` as TTML writes times; null for anything else. */
function readTimedElement(element: XmlElement): CaptionCue | null {
  const name = localName(element.tag);
  if (name !== 'text' && name !== 'p') return null;
  const { t, d, start, begin, dur, end } = Object.fromEntries(
    element.attributes.map(({ name: key, value }) => [localName(key), value]),
  );
  const startMs =
    t !== undefined ? parseNumber(t, 1) : start !== undefined ? parseNumber(start, 1_000) : parseTtmlTime(begin);
  if (t === undefined && start === undefined && begin === undefined) return null;
  const lengthMs =
    d !== undefined ? parseNumber(d, 1) : start !== undefined ? parseNumber(dur, 1_000) : parseTtmlTime(dur);
  const endMs = parseTtmlTime(end) ?? (startMs === null || lengthMs === null ? null : startMs + lengthMs);
  // The first kind of timed text is escaped twice.
  return { startMs, endMs, speaker: null, lines: cleanLines(joinText(element)) };
}

/** The text of a cue with its line breaks, without recursion. */
function joinText(element: XmlElement): string {
  let text = '';
  const pending: (XmlElement | string)[] = [element];
  while (pending.length > 0 && text.length < CUE_CHARS_MAX) {
    const node = pending.pop();
    if (typeof node === 'string') text += node;
    else if (node !== undefined && localName(node.tag) === 'br') text += '\n';
    else if (node !== undefined) for (const child of node.children.toReversed()) pending.push(child);
  }
  return text;
}

/** The cues of a JSON document: `events` of timed text or `segments` of a podcast; none when it is neither, or no JSON. */
export function readTimedJson(text: string): readonly CaptionCue[] {
  const value = parseJson(text);
  if (!isNode(value)) return [];
  const { events, segments } = value;
  const list: readonly unknown[] = Array.isArray(events) ? events : Array.isArray(segments) ? segments : [];
  return list.slice(0, CUE_COUNT_MAX + 1).flatMap((entry) => {
    if (!isNode(entry)) return [];
    return Array.isArray(events) ? readEvent(entry) : readSegment(entry);
  });
}

function readEvent(event: Readonly<Record<string, unknown>>): readonly CaptionCue[] {
  const { segs, tStartMs, dDurationMs } = event;
  if (!Array.isArray(segs)) return [];
  const startMs = boundedMs(tStartMs, 1);
  const lengthMs = boundedMs(dDurationMs, 1);
  const parts = segs.slice(0, CUE_CHARS_MAX).map((seg: unknown) => (isNode(seg) ? stringOf(seg['utf8']) : ''));
  const endMs = startMs === null || lengthMs === null ? null : startMs + lengthMs;
  return [{ startMs, endMs, speaker: null, lines: splitLines(parts.join('')) }];
}

function readSegment(segment: Readonly<Record<string, unknown>>): readonly CaptionCue[] {
  const { startTime, endTime, speaker, body } = segment;
  return [
    {
      startMs: boundedMs(startTime, 1_000),
      endMs: boundedMs(endTime, 1_000),
      speaker: cleanSpeaker(stringOf(speaker)),
      lines: splitLines(stringOf(body)),
    },
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Markup taken out and references decoded; the text of a tag is never longer than up to the next "<". */
function cleanLines(raw: string): readonly string[] {
  const plain = raw.slice(0, CUE_CHARS_MAX).replace(/<[^<>]*>/g, '');
  return splitLines(plain.includes('&') ? decodeHTML(plain) : plain);
}

function splitLines(text: string): readonly string[] {
  const lines = removeUnstorable(text.slice(0, CUE_CHARS_MAX)).split(/\r\n?|\n/);
  return lines.map((line) => line.replace(/[\s\u200b\ufeff]+/g, ' ').trim()).filter((line) => line !== '');
}

function cleanSpeaker(name: string | null): string | null {
  const clean = name === null ? '' : removeUnstorable(decodeHTML(name)).replace(/\s+/g, ' ').trim();
  return clean === '' || clean.length > SPEAKER_CHARS_MAX ? null : clean;
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1).toLowerCase();
}

/** No recording is longer than 100 hours; other times are none. */
const TIME_MS_MAX = 100 * 3_600_000;

function boundedMs(value: unknown, factor: number): number | null {
  const ms = typeof value === 'number' ? Math.round(value * factor) : Number.NaN;
  return ms >= 0 && ms <= TIME_MS_MAX ? ms : null;
}

function parseNumber(text: string | undefined, factor: number): number | null {
  return text === undefined || !/^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? null : boundedMs(Number(text), factor);
}

/** `01:02:03.456`, `02:03.456`, and SRT's comma. */
function parseClock(text: string | undefined): number | null {
  const match = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?$/.exec(text ?? '');
  if (match === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  return boundedMs(Number(hours) * 3_600 + Number(minutes) * 60 + Number(`${seconds}.${fraction}`), 1_000);
}

/** A clock time, or a count with its unit: `12.5s`, `500ms`, `2m`, `1h`; frames and ticks are not read. */
function parseTtmlTime(text: string | undefined): number | null {
  const clock = parseClock(text);
  if (clock !== null) return clock;
  const match = /^(\d{1,9}(?:\.\d{1,9})?)(h|m|s|ms)$/.exec(text ?? '');
  const factors = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  const unit = match?.[2];
  return unit === 'h' || unit === 'm' || unit === 's' || unit === 'ms' ? parseNumber(match?.[1], factors[unit]) : null;
}
