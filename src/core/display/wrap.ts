/** Characters that fill two columns of a terminal and may be parted anywhere: Chinese, Japanese, Korean, full width forms. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
/** Inside a word, a line may break after a wide character that no closing mark follows. */
const breakable = /(?<=[\u2e80-\u9fff\uac00-\ud7a3\uff00-\uff60])(?![\s，。、！？；：”’」』）》])/u;

/** The columns that a text fills in a terminal. Marks that stand on another letter fill none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** Lines of at most `width` columns, each behind `indent`; a word that is too long for a line stands on its own, whole. */
export function wrapText(
  text: string,
  options: { readonly width: number; readonly indent?: string },
): readonly string[] {
  const { width, indent = '' } = options;
  const room = width - columnsOf(indent);
  const lines: string[] = [];
  let line = '';
  for (const { word, isSpaced } of listWords(text)) {
    const joined = line === '' ? word : `${line}${isSpaced ? ' ' : ''}${word}`;
    if (line !== '' && columnsOf(joined) > room) {
      lines.push(line);
      line = word;
    } else line = joined;
  }
  return [...lines, line].map((content) => `${indent}${content}`.trimEnd());
}

/** The text in columns: padded with spaces to `width`. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

function* listWords(text: string): Generator<{ readonly word: string; readonly isSpaced: boolean }> {
  for (const chunk of text.trim().split(/\s+/u)) {
    let isSpaced = true;
    for (const word of chunk.split(breakable)) {
      yield { word, isSpaced };
      isSpaced = false;
    }
  }
}
