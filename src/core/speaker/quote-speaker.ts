import type { Reading } from '#src/core/tagging/reading.ts';
import { isQuoted } from './quotation.ts';
import { findSpeaker } from './speaker.ts';

// Who is quoted is named beside the quotation: at its end, however many sentences it has, or in the sentence before. Longer quotations are rare.
const QUOTE_SENTENCES_MAX = 4;
// "The mayor put it so:" and "Ada Moor, a farmer, said," hand over to the quotation of the next line.
const HANDS_OVER = /[,:，：]\s*$/u;

/** Who speaks in a quotation whose own sentence names nobody: named where it ends, where it was begun, or just before it. Null when in doubt. */
export function findQuoteSpeaker(reading: Reading, sentence: number): string | null {
  return speakerBehind(reading, sentence) ?? speakerBefore(reading, sentence);
}

// "First. Second. Third," the mayor said.
function speakerBehind(reading: Reading, sentence: number): string | null {
  for (let index = sentence + 1; index < sentence + QUOTE_SENTENCES_MAX; index++) {
    if (!isBeside(reading, { sentence, other: index }) || !opensQuoted(reading, index)) return null;
    const speaker = speakerOutside(reading, index);
    if (speaker !== null) return speaker;
  }
  return null;
}

// "First," the mayor said. "Second. Third."
function speakerBefore(reading: Reading, sentence: number): string | null {
  const previous = reading.sentences[sentence - 1];
  if (previous !== undefined && HANDS_OVER.test(reading[previous.field].slice(previous.start, previous.end)))
    return previous.field === reading.sentences[sentence]?.field ? speakerOutside(reading, sentence - 1) : null;
  for (let index = sentence - 1; index > sentence - QUOTE_SENTENCES_MAX; index--) {
    if (!isBeside(reading, { sentence, other: index })) return null;
    if (holdsQuote(reading, index)) {
      const speaker = speakerOutside(reading, index);
      if (speaker !== null) return speaker;
    }
    if (!opensQuoted(reading, index + 1) && index + 1 !== sentence) return null;
  }
  return null;
}

function speakerOutside(reading: Reading, sentence: number): string | null {
  for (const cue of reading.cues[sentence] ?? []) {
    if (cue.kind !== 'say' || isQuoted(reading, { sentence, token: cue.first })) continue;
    const speaker = findSpeaker(reading, { sentence, cue });
    if (speaker !== null) return speaker;
  }
  return null;
}

function isBeside(reading: Reading, at: { readonly sentence: number; readonly other: number }): boolean {
  const own = reading.sentences[at.sentence];
  const other = reading.sentences[at.other];
  return other !== undefined && own !== undefined && other.field === own.field && other.paragraph === own.paragraph;
}

function opensQuoted(reading: Reading, sentence: number): boolean {
  const token = reading.sentences[sentence]?.firstToken;
  return token !== undefined && isQuoted(reading, { sentence, token });
}

function holdsQuote(reading: Reading, sentence: number): boolean {
  const own = reading.sentences[sentence];
  return own !== undefined && /["“”„«»「」『』]/u.test(reading[own.field].slice(own.start, own.end));
}
