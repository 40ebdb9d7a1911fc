/** Text as read from bytes: the encoding that was used (WHATWG name) and what was wrong on the way. */
export type DecodedText = {
  readonly text: string;
  readonly encoding: string;
  readonly problems: readonly string[];
};

/** What is known about the bytes: the response's content-type, and where in the document a declaration may stand. */
export type DecodeOptions = {
  readonly contentType: string | null;
  readonly kind: 'xml' | 'html' | 'text';
};

// A declaration stands in the first kilobyte by the HTML standard; real pages put scripts and comments before it.
const DECLARATION_BYTES_MAX = 8192;
// Four good multi-byte characters for one bad: in legacy Chinese, Cyrillic or Latin bytes at most one pair in six looks
// like UTF-8, while a UTF-8 page with one broken comment or a cut tail is almost all good.
const GOOD_PER_BAD_MIN = 4;
const FALLBACK_ENCODING = 'windows-1252';
/** ISO-2022-JP looks like UTF-8: it is ASCII that changes between its sets with this character. */
const ESCAPE = 0x1b;
const REPLACEMENT = '\ufffd';

const HEADER_CHARSET = /charset\s*=\s*["']?([\w.:-]+)/i;
const XML_ENCODING = /<\?xml[^<>]*?\sencoding\s*=\s*["']\s*([\w.:-]+)/i;
const META_CHARSET = /<meta\s[^<>]*?charset\s*=[\s"']*([\w.:-]+)/i;

// Declared as the smaller set, written with the larger one (the WHATWG labels stop at gbk).
const LARGER_SETS: Readonly<Record<string, string>> = { gbk: 'gb18030' };

/**
 * Reads bytes as text: byte order mark, UTF-16/32 byte pattern, UTF-8 when the bytes are UTF-8 whatever is declared, then the
 * header's charset, the document's own declaration, windows-1252. NUL and lone surrogates are removed. Never throws.
 */
export function decodeText(bytes: Uint8Array, options: DecodeOptions): DecodedText {
  const wide = findMark(bytes) ?? findWidePattern(bytes);
  if (wide !== null) return finish(decodeLoose(bytes, wide), { encoding: wide, bytes });
  const strict = decodeStrict(bytes, 'utf-8');
  if (strict !== null && !bytes.includes(ESCAPE)) return finish(strict, { encoding: 'utf-8', bytes });
  const declared = listDeclared(bytes, options);
  if (declared.includes('iso-2022-jp') && bytes.includes(ESCAPE)) {
    return finish(decodeLoose(bytes, 'iso-2022-jp'), { encoding: 'iso-2022-jp', bytes });
  }
  if (strict !== null) return finish(strict, { encoding: 'utf-8', bytes });
  const loose = decodeLoose(bytes, 'utf-8');
  if (isMostlyGood(loose)) return finish(loose, { encoding: 'utf-8', bytes });
  const legacy = declared.filter((encoding) => encoding !== 'utf-8');
  for (const encoding of legacy) {
    const text = decodeStrict(bytes, encoding);
    if (text !== null) return finish(text, { encoding, bytes });
  }
  const encoding = legacy[0] ?? FALLBACK_ENCODING;
  return finish(decodeLoose(bytes, encoding), { encoding, bytes });
}

/** The text without NUL and lone surrogates, which Postgres and UTF-8 cannot hold. */
export function removeUnstorable(text: string): string {
  const clean = removeNul(text);
  return clean.isWellFormed() ? clean : clean.replace(/\p{Surrogate}/gu, '');
}

function removeNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** What was decoded, and by which encoding. */
type Source = { readonly encoding: string; readonly bytes: Uint8Array };

function finish(decoded: string, source: Source): DecodedText {
  const { encoding } = source;
  const problems: string[] = [];
  if (decoded.includes(REPLACEMENT)) problems.push(`some bytes are not valid ${encoding}`);
  const text = cleanDecoded(decoded, source);
  if (text.length !== decoded.length) problems.push('NUL or lone surrogates were removed');
  return { text, encoding, problems };
}

/**
 * Only our own decoder of UTF-32 lets a lone surrogate through; looking for them is a tenth of the time of decoding. In all encodings
 * without wide characters a NUL is a zero byte, and bytes are searched sooner than text: looking there for NUL and escape alone took a sixth of the time
 * of a page.
 */
function cleanDecoded(decoded: string, { encoding, bytes }: Source): string {
  if (encoding.startsWith('utf-32')) return removeUnstorable(decoded);
  return encoding.startsWith('utf-16') || bytes.includes(0) ? removeNul(decoded) : decoded;
}

function findMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length > 4 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : null;
}

// Markup and JSON begin with ASCII, whose zero bytes give the width away (XML 1.0, appendix F).
function findWidePattern(bytes: Uint8Array): string | null {
  if (bytes.length < 4) return null;
  const zeros = [...bytes.subarray(0, 4)].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  const widths: Readonly<Record<string, string>> = {
    '000x': 'utf-32be',
    x000: 'utf-32le',
    '0x0x': 'utf-16be',
    x0x0: 'utf-16le',
  };
  return widths[zeros] ?? null;
}

function listDeclared(bytes: Uint8Array, options: DecodeOptions): readonly string[] {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES_MAX));
  const labels = [
    HEADER_CHARSET.exec(options.contentType ?? ''),
    options.kind === 'text' ? null : XML_ENCODING.exec(head),
    options.kind === 'html' ? META_CHARSET.exec(head) : null,
  ];
  return labels.map((match) => canonicalName(match?.[1])).filter((name) => name !== null);
}

function canonicalName(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    const name = new TextDecoder(label).encoding;
    // Bytes that are not wide by pattern cannot be UTF-16, whatever they say.
    return name.startsWith('utf-16') ? null : (LARGER_SETS[name] ?? name);
  } catch {
    return null;
  }
}

function decodeStrict(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decodeLoose(bytes: Uint8Array, encoding: string): string {
  return encoding.startsWith('utf-32') ? decodeUtf32(bytes, encoding) : new TextDecoder(encoding).decode(bytes);
}

// TextDecoder knows no UTF-32.
function decodeUtf32(bytes: Uint8Array, encoding: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, encoding === 'utf-32le');
    if (at === 0 && code === 0xfeff) continue;
    parts.push(code <= 0x10ffff ? String.fromCodePoint(code) : REPLACEMENT);
  }
  return parts.join('');
}

function isMostlyGood(text: string): boolean {
  let goodCount = 0;
  let badCount = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) badCount += 1;
    else if (code > 0x7f) goodCount += 1;
  }
  return goodCount >= badCount * GOOD_PER_BAD_MIN;
}
