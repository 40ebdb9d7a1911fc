import { describe, expect, it } from 'vitest';
import { detectLanguage } from '#src/core/text/language.ts';

const ENGLISH =
  'The company says it has found signs that a rival used its models to train another one, and it is reviewing what to do.';
const GERMAN =
  'Das Unternehmen sieht Hinweise darauf, dass ein Konkurrent seine Modelle benutzt hat, und prüft nun die nächsten Schritte.';
const NORWEGIAN =
  'Selskapet sier de har bevis for at en konkurrent brukte modellene deres til å trene sin egen, og vurderer nå hva de skal gjøre.';
const INDONESIAN =
  'Perusahaan itu mengatakan memiliki bukti bahwa pesaing menggunakan modelnya untuk melatih model lain dalam beberapa bulan.';

describe('detectLanguage', () => {
  it.each([
    ['reads the text without a hint', GERMAN, null, 'de'],
    ['agrees with a true hint', ENGLISH, 'en-GB', 'en'],
    ['corrects a template that says English', GERMAN, 'en-US', 'de'],
    ['keeps a close relative that is declared', NORWEGIAN, 'nb', 'nb'],
    ['keeps a declared language the detector does not know', INDONESIAN, 'id', 'id'],
    ['falls back to the hint for short text', 'Microsoft prüft', 'fr', 'fr'],
    ['reads a hint with an underscore', 'Stop', 'pt_BR', 'pt'],
    ['reads a three-letter hint', 'Stop', 'deu', 'de'],
    ['reads Chinese among Latin names', 'DeepSeek 与 OpenAI 的争议仍在继续', 'en', 'zh'],
    ['reads Japanese by its kana', '新しいモデルが発表された', 'zh', 'ja'],
    ['reads Korean', '새로운 모델이 발표되었다', null, 'ko'],
    ['reads Hindi', 'कंपनी ने नया मॉडल जारी किया', 'en', 'hi'],
    ['keeps declared Marathi', 'कंपनीने नवीन मॉडेल आणले', 'mr', 'mr'],
    ['keeps English with a Chinese name in it', `${ENGLISH} (深度求索)`, null, 'en'],
    ['gives the hint for no text', '', 'es', 'es'],
    ['gives null for no text and no hint', '12 – 34', null, null],
    ['takes no language from "und"', '', 'und', null],
    ['takes no language from nonsense', '', 'x-default', null],
  ])('%s', (_name, text, hint, expected) => {
    expect(detectLanguage(text, hint)).toBe(expected);
  });
});
