import { expect, test } from 'vitest';
import { type DecodeOptions, decodeText, removeUnstorable } from '#src/core/charset.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin = (text: string): Uint8Array => Uint8Array.from([...text], (char) => char.charCodeAt(0));

function wide(text: string, width: 2 | 4, isLittle: boolean): Uint8Array {
  const units =
    width === 2 ? text.split('').map((unit) => unit.charCodeAt(0)) : [...text].map((char) => char.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(units.length * width));
  units.forEach((unit, at) => {
    if (width === 2) view.setUint16(at * 2, unit, isLittle);
    else view.setUint32(at * 4, unit, isLittle);
  });
  return new Uint8Array(view.buffer);
}

const xml: DecodeOptions = { contentType: null, kind: 'xml' };
const html: DecodeOptions = { contentType: null, kind: 'html' };
const header = (charset: string): DecodeOptions => ({ contentType: `text/xml; charset=${charset}`, kind: 'xml' });

test.each<[what: string, bytes: Uint8Array, options: DecodeOptions, text: string, encoding: string]>([
  ['plain UTF-8', utf8('<a>Café 东京</a>'), xml, '<a>Café 东京</a>', 'utf-8'],
  ['a UTF-8 mark', utf8('\ufeff<a>é</a>'), xml, '<a>é</a>', 'utf-8'],
  ['UTF-16 with a mark, little end first', wide('\ufeff<a>é</a>', 2, true), xml, '<a>é</a>', 'utf-16le'],
  ['UTF-16 with a mark, big end first', wide('\ufeff<a>é</a>', 2, false), header('utf-8'), '<a>é</a>', 'utf-16be'],
  ['UTF-16 without a mark', wide('<a>东</a>', 2, true), xml, '<a>东</a>', 'utf-16le'],
  ['UTF-32 with a mark', wide('\ufeff<a>𠀀</a>', 4, true), xml, '<a>𠀀</a>', 'utf-32le'],
  ['UTF-32 without a mark', wide('<a>𠀀</a>', 4, false), xml, '<a>𠀀</a>', 'utf-32be'],
  ['UTF-8 under a wrong header', utf8('<a>东京</a>'), header('iso-8859-1'), '<a>东京</a>', 'utf-8'],
  [
    'UTF-8 under a wrong declaration',
    utf8('<?xml version="1.0" encoding="utf-16"?><a>é</a>'),
    xml,
    '<?xml version="1.0" encoding="utf-16"?><a>é</a>',
    'utf-8',
  ],
  [
    'header before declaration',
    latin('<?xml version="1.0" encoding="utf-8"?>\xcd\xee\xe2'),
    header('windows-1251'),
    '<?xml version="1.0" encoding="utf-8"?>Нов',
    'windows-1251',
  ],
  ['a quoted header', latin('\xcd\xee\xe2'), header('"windows-1251"'), 'Нов', 'windows-1251'],
  [
    'an XML declaration',
    latin("<?xml version='1.0' encoding='koi8-r'?>\xee\xcf\xd7"),
    xml,
    "<?xml version='1.0' encoding='koi8-r'?>Нов",
    'koi8-r',
  ],
  [
    'a meta element',
    latin('<html><meta charset=windows-1251><p>\xcd\xee\xe2'),
    html,
    '<html><meta charset=windows-1251><p>Нов',
    'windows-1251',
  ],
  [
    'a meta http-equiv',
    latin('<meta http-equiv="Content-Type" content="text/html; charset=GB2312">\xc9\xee'),
    html,
    '<meta http-equiv="Content-Type" content="text/html; charset=GB2312">深',
    'gb18030',
  ],
  [
    'a meta element that XML does not know',
    latin('<meta charset=windows-1251>\xe9'),
    xml,
    '<meta charset=windows-1251>é',
    'windows-1252',
  ],
  [
    'no declaration and not UTF-8',
    latin('caf\xe9 \x93q\x94'),
    { contentType: null, kind: 'text' },
    'café “q”',
    'windows-1252',
  ],
  [
    'a declaration of UTF-8 that lies',
    latin('<?xml version="1.0" encoding="UTF-8"?>\x80 5'),
    xml,
    '<?xml version="1.0" encoding="UTF-8"?>€ 5',
    'windows-1252',
  ],
  ['an unknown header', latin('caf\xe9'), header('klingon'), 'café', 'windows-1252'],
  ['seven-bit Japanese', latin('\x1b$B%K%e\x1b(B'), header('iso-2022-jp'), 'ニュ', 'iso-2022-jp'],
  ['UTF-8 cut inside a character', utf8('<p>东京东京东').subarray(0, -1), html, '<p>东京东京\ufffd', 'utf-8'],
  ['NUL', latin('<a>a\0b</a>'), xml, '<a>ab</a>', 'utf-8'],
  ['nothing', utf8(''), xml, '', 'utf-8'],
])('decodeText reads %s', (_what, bytes, options, text, encoding) => {
  const decoded = decodeText(bytes, options);
  expect(decoded.text).toBe(text);
  expect(decoded.encoding).toBe(encoding);
});

test.each<[what: string, bytes: Uint8Array, problems: readonly string[]]>([
  ['good bytes', utf8('é'), []],
  ['NUL', latin('a\0b'), ['NUL or lone surrogates were removed']],
  ['a broken character in good UTF-8', new Uint8Array([...utf8('东京东京'), 0xff]), ['some bytes are not valid utf-8']],
])('decodeText names the problem of %s', (_what, bytes, problems) => {
  expect(decodeText(bytes, xml).problems).toEqual(problems);
});

test.each([
  ['a\ud800b', 'ab'],
  ['\udc00', ''],
  ['a\0b', 'ab'],
  ['𠀀 stays', '𠀀 stays'],
])('removeUnstorable reads %j as %j', (text, clean) => {
  expect(removeUnstorable(text)).toBe(clean);
});
