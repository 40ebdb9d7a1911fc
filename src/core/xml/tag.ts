/** One attribute as written: its raw value, and where the value stands with its quotes, as offsets into the text. */
export type RawAttribute = {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
};

/** A start tag as written; `end` is the offset after it. */
export type RawTag = {
  readonly name: string;
  readonly attributes: readonly RawAttribute[];
  readonly isClosed: boolean;
  readonly end: number;
};

// No real element carries more; the rest of the tag is read past.
const ATTRIBUTE_COUNT_MAX = 1000;

const NAME = /[A-Za-z_\u0080-\uffff][\w:.\u0080-\uffff-]*/y;
const ATTRIBUTE_NAME = /[^\s=<>"'/]+/y;
const EQUALS = /(?<!\s)\s*=\s*|=\s*/y;
const BARE_VALUE = /[^\s<>"']+/y;
const SPACE = /[\s"'=]+/y;

/**
 * Reads the start tag that begins with the "<" at `start`, forgiving what feeds get wrong: missing quotes, a missing ">",
 * stray marks. Null when no name follows, so that "a < b" stays text. Takes time linear in the tag's length.
 */
export function scanTag(text: string, start: number): RawTag | null {
  const name = matchAt(NAME, text, start + 1);
  if (name === '') return null;
  const attributes: RawAttribute[] = [];
  let at = start + 1 + name.length;
  while (at < text.length) {
    at += matchAt(SPACE, text, at).length;
    const char = text[at];
    if (char === '>') return { name, attributes, isClosed: false, end: at + 1 };
    if (char === '/' && text[at + 1] === '>') return { name, attributes, isClosed: true, end: at + 2 };
    if (char === '<') break;
    const attribute = scanAttribute(text, at);
    if (attribute === null) at += 1;
    else at = attribute.end;
    if (attribute !== null && attributes.length < ATTRIBUTE_COUNT_MAX) attributes.push(attribute);
  }
  return { name, attributes, isClosed: false, end: Math.min(at, text.length) };
}

function scanAttribute(text: string, start: number): RawAttribute | null {
  const name = matchAt(ATTRIBUTE_NAME, text, start);
  if (name === '') return null;
  const afterName = start + name.length;
  const equals = matchAt(EQUALS, text, afterName);
  const valueStart = afterName + equals.length;
  if (equals === '') return { name, value: '', start: valueStart, end: valueStart };
  const quote = text[valueStart];
  const close = quote === '"' || quote === "'" ? text.indexOf(quote, valueStart + 1) : -1;
  if (close >= 0) return { name, value: text.slice(valueStart + 1, close), start: valueStart, end: close + 1 };
  const value = matchAt(BARE_VALUE, text, valueStart);
  return { name, value, start: valueStart, end: valueStart + value.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
