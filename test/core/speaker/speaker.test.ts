import { describe, expect, it } from 'vitest';
import { compileLedger } from '#src/core/claim/language.ts';
import { findSpeaker } from '#src/core/speaker/speaker.ts';
import { readArticle } from '#src/core/tagging/reading.ts';
import { tokenize } from '#src/core/text/tokens.ts';

const { value: ledger } = compileLedger({
  topics: [],
  entities: {
    northwell: {
      names: ['Northwell', 'Nordwell', '北井', 'नॉर्थवेल'],
      also: ['the water company', 'the Chinese startup'],
    },
    riverton: { names: ['Riverton', '河镇'] },
  },
  claims: [],
});

type Case = readonly [text: string, verb: string, speaker: string | null];

// The verb's first place in the sentence; several words are one cue.
function speak(text: string, at: { readonly verb: string; readonly lang: string }): string | null {
  const reading = readArticle(ledger, { title: '', text, lang: at.lang });
  const start = text.indexOf(at.verb);
  const inside = tokenize(text).flatMap((token, index) =>
    token.start >= start && token.end <= start + at.verb.length ? [index] : [],
  );
  const first = inside[0] ?? 0;
  const cue = { first, last: inside.at(-1) ?? first };
  return findSpeaker(reading, { sentence: reading.sentenceOf[first] ?? 0, cue });
}

function check(lang: string, cases: readonly Case[]): void {
  it.each(cases)('%s [%s]', (text, verb, speaker) => {
    const found = speak(text, { verb, lang });
    expect(found).toBe(speaker);
    if (found !== null) expect(text).toContain(found);
  });
}

describe('findSpeaker names, before the verb,', () => {
  check('en', [
    ['Northwell said the lake was clean.', 'said', 'Northwell'],
    ['Northwell initially claimed that the lake was clean.', 'claimed', 'Northwell'],
    ['Jane Roe has repeatedly denied it.', 'denied', 'Jane Roe'],
    ['The mayor of Riverton warned on Monday that it leaks.', 'warned', 'The mayor of Riverton'],
    ['A spokesperson for Northwell told the court it was old.', 'told', 'A spokesperson for Northwell'],
    ['Tech law experts suggest that the case is weak.', 'suggest', 'Tech law experts'],
    ['The two local research groups argue otherwise.', 'argue', 'The two local research groups'],
    ['The company also insists it is safe.', 'insists', 'The company'],
    ['Critics say it is too late.', 'say', 'Critics'],
    ['Yesterday Northwell announced a plan.', 'announced', 'Northwell'],
    ['RIVERTON - Northwell rejected the report.', 'rejected', 'Northwell'],
    ['RIVERTON, Feb 3 - Northwell on Monday rejected the report.', 'rejected', 'Northwell'],
    ['Old pipes leak, but the owner says they are new.', 'says', 'the owner'],
    ['Cost of the Works: @lakewatcher questioned the sum.', 'questioned', '@lakewatcher'],
    ['Just an hour after Jane Roe claimed it, the lake froze.', 'claimed', 'Jane Roe'],
    ['The same report says that the lake is dead.', 'says', 'The same report'],
    ['Northwell built a plant, saying it was cheap.', 'saying', 'Northwell'],
    ['Jane Roe, an engineer at Northwell, said the pipes leak.', 'said', 'Jane Roe'],
    ["Her colleague, who teaches law, told the room that it's hopeless.", 'told', 'Her colleague'],
    ['The pipes were old, the people said.', 'said', 'the people'],
    ['“The lake is dead,” Roe said.', 'said', 'Roe'],
  ]);
});

describe('findSpeaker names, after the verb,', () => {
  check('en', [
    ['According to Northwell, the lake is clean.', 'According to', 'Northwell'],
    [
      'According to a recent report from an independent research firm, it leaks.',
      'According to',
      'a recent report from an independent research firm',
    ],
    ['According to security researchers working for Northwell, it leaks.', 'According to', 'security researchers'],
    ['The lake is dead, according to two people familiar with it.', 'according to', 'two people'],
    ['The lake is dead, said Jane Roe.', 'said', 'Jane Roe'],
    ['The lake is dead, or dying, said the people, who asked for silence.', 'said', 'the people'],
    ['It has been claimed by Jane Roe that the lake is dead.', 'claimed', 'Jane Roe'],
    ['The figure was disputed by analysts.', 'disputed', 'analysts'],
  ]);
});

describe('findSpeaker names nobody', () => {
  check('en', [
    ['It said the lake was clean.', 'said', null],
    ['They found that the pipes leak.', 'found', null],
    ['Others argue that the lake is fine.', 'argue', null],
    ['The Chinese startup stands accused of leaks.', 'accused', null],
    ['Northwell is accused of a leak.', 'accused', null],
    ['The subsequent releases of water and oil reports were late.', 'reports', null],
    ['- 2664K hours claimed for the first pipe.', 'claimed', null],
    ['It topped several lists at release, particularly in swimming, writing and rowing.', 'writing', null],
    ['With big players like Northwell joining the race and claiming the lake, it is full.', 'claiming', null],
    ['There is doubt about the sum, with some suggesting that it is low.', 'suggesting', null],
    ['The story that has been reported is old.', 'reported', null],
    ['A 10X jump over standard practices reported last year was wrong.', 'reported', null],
    ['Water Lake Costs Revealed: True Price Claimed Far Above', 'Claimed', null],
    ['Concerns rise as the pipes reportedly said to leak.', 'said', null],
    ['On Monday reports of a leak came in.', 'reports', null],
    ['This misleading sign tricks swimmers into thinking it is clean.', 'thinking', null],
  ]);
});

describe('findSpeaker reads German:', () => {
  check('de', [
    ['Laut Northwell ist der See sauber.', 'Laut', 'Northwell'],
    ['Northwell behauptet, der See sei sauber.', 'behauptet', 'Northwell'],
    ['Das Unternehmen Northwell hat den Vorwurf bestritten.', 'bestritten', 'Das Unternehmen Northwell'],
    ['Mehrere Fachleute bezweifeln die Zahl.', 'bezweifeln', 'Mehrere Fachleute'],
    ['Der Vorwurf bezweifelt niemand.', 'bezweifelt', null],
  ]);
});

describe('findSpeaker reads French, Spanish, Italian and Portuguese:', () => {
  check('fr', [
    ["Selon Northwell, l'eau est propre.", 'Selon', 'Northwell'],
    ["Un avocat américain estime que l'affaire est perdue.", 'estime', 'Un avocat américain'],
    ["La société a déclaré que l'eau est propre.", 'déclaré', 'La société'],
    ['Elle assure que tout va bien.', 'assure', null],
  ]);
  check('es', [
    ['Según Northwell, el lago está limpio.', 'Según', 'Northwell'],
    ['Los expertos dudan de la cifra.', 'dudan', 'Los expertos'],
    ['Eso dijo la gente.', 'dijo', null],
  ]);
  check('it', [['Secondo gli esperti il lago è morto.', 'Secondo', 'gli esperti']]);
  check('pt', [['A empresa afirma que o lago está limpo.', 'afirma', 'A empresa']]);
});

describe('findSpeaker reads who shares or parts with a clause:', () => {
  check('en', [
    ['Northwell, best known for its boats, accused Riverton, a rival, of theft.', 'accused', 'Northwell'],
    ['It follows claims by Northwell, which recently alleged that the lake was poisoned.', 'alleged', 'Northwell'],
    ['They asked two experts, who said that the case is weak.', 'said', 'two experts'],
    [
      'A House committee on Monday proposed a ban after concluding that the lake was poisoned.',
      'concluding that',
      'A House committee',
    ],
    ["Northwell's new pump, built beside the Riverton mill, boasts low costs.", 'boasts', null],
    ['Northwell denied the charge and claims that the lake is clean.', 'claims', 'Northwell'],
    ['HK) opened a plant, claiming that it is the best.', 'claiming', null],
    ['It addressed the doubts regarding the lake.', 'doubts', null],
    ['A graphic shared more than 40,000 times says that the lake is clean.', 'says', 'A graphic'],
    ['A letter signed by ten lawyers says that the lake is clean.', 'says', 'A letter'],
    ['A professor of law said that the case is weak.', 'said', 'A professor of law'],
    ['The price of water suggested that the lake is clean.', 'suggested', null],
    ['The paper speaks of two lakes.', 'speaks of', 'The paper'],
  ]);
  check('es', [
    ['Northwell, la empresa de las bombas, ha acusado a Riverton de robo.', 'acusado', 'Northwell'],
    ['Northwell ha negado las acusaciones y asegura que el lago está limpio.', 'asegura', 'Northwell'],
  ]);
});

describe('findSpeaker reads complements and sources:', () => {
  check('fr', [["Le géant du commerce assure que l'eau est propre.", 'assure', 'Le géant du commerce']]);
  check('de', [['Der See ist nach Angaben aus Branchenkreisen sauber.', 'nach Angaben', 'Branchenkreisen']]);
});

describe('findSpeaker reads Chinese and Hindi:', () => {
  check('zh', [
    ['北井表示，湖水很干净。', '表示', '北井'],
    ['外交部发言人周四在例行记者会上表示，此事不实。', '表示', '外交部发言人'],
    ['但北井毫无根据地指控河镇。', '指控', '北井'],
    ['有媒体报道，湖水已被污染。', '报道', '媒体'],
    ['这种做法称不上新鲜。', '称', null],
    ['湖水很干净，他们认为。', '认为', null],
  ]);
  check('hi', [
    ['नॉर्थवेल ने कहा कि झील साफ़ है।', 'कहा', 'नॉर्थवेल'],
    ['विशेषज्ञ मानते हैं कि झील गंदी है।', 'मानते', 'विशेषज्ञ'],
    ['उसने कहा कि झील साफ़ है।', 'कहा', null],
  ]);
});

describe('findSpeaker names the person behind a title:', () => {
  check('en', [
    ['Northwell chief executive Jane Roe said the lake was clean.', 'said', 'Jane Roe'],
    ['White House water adviser Ada Moor told the paper it was old.', 'told', 'Ada Moor'],
    ['Professor Roe said that the case is weak.', 'said', 'Professor Roe'],
    ['The lake is dead, wrote Jane Roe in her newsletter.', 'wrote', 'Jane Roe'],
    ['People who have seen the letter say it leaks.', 'say', 'People'],
  ]);
  check('de', [
    ['Die Forscherin Eva Lang sagte, der See sei tot.', 'sagte', 'Eva Lang'],
    ['„Der See ist tot“, sagte die Forscherin Eva Lang.', 'sagte', 'Eva Lang'],
    ['Nach Einschätzung des Analysten Karl Berg ist der See tot.', 'Nach Einschätzung', 'Karl Berg'],
    ['Wie die Rundschau berichtet, ist der See tot.', 'berichtet', 'die Rundschau'],
    ['Mehrere Fachleute halten den See für tot.', 'halten den See für', 'Mehrere Fachleute'],
  ]);
  check('fr', [
    ["Selon l'analyste Claire Morvan, le lac est mort.", 'Selon', 'Claire Morvan'],
    ['Le patron de Northwell, Paul Roy, accuse Riverton de vol.', 'accuse', 'Paul Roy'],
  ]);
  check('es', [['A juicio del abogado Iván Soler, el lago está limpio.', 'A juicio del', 'Iván Soler']]);
  check('zh', [
    ['分析师周强估计，湖水很干净。', '估计', '分析师周强'],
    ['据晨报报道，湖水很干净。', '据晨报报道', '晨报'],
  ]);
  check('hi', [
    ['विश्लेषक मोहन राव का अनुमान है कि झील साफ़ है।', 'अनुमान', 'विश्लेषक मोहन राव'],
    ['बेंगलुरु के दो शोधकर्ता इस पर भरोसा नहीं करते।', 'भरोसा नहीं', 'बेंगलुरु के दो शोधकर्ता'],
    ['रिपोर्ट में दावा किया गया कि झील साफ़ है।', 'दावा', null],
    ['रॉयटर्स के अनुसार झील साफ़ है।', 'के अनुसार', 'रॉयटर्स'],
    ['इस बीच झील पर कहा गया कि वह साफ़ है।', 'कहा', null],
  ]);
});

describe('findSpeaker finds whom a word stands for:', () => {
  check('en', [
    ['Ada Moor runs a mill. She said the lake was dead.', 'said', 'Ada Moor'],
    ['Peter Hall, an analyst, is calm. "The lake is dead," he says.', 'says', 'Peter Hall'],
    ['Researchers in Delft read it for weeks. They found no fault.', 'found', 'Researchers in Delft'],
    ['Ada Moor met Peter Hall. The rain fell on the town. Nobody came. Later it froze. She said so.', 'said', null],
    ['Ines and Robert sit down. She said the lake was dead.', 'said', null],
    ['Northwell opened a mill. The company says it is clean.', 'says', 'Northwell'],
    ['Northwell and Riverton opened a mill. The company says it is clean.', 'says', 'The company'],
    ['Northwell saw it first, the water company said in a note.', 'said', 'Northwell'],
    ['A mill opened. The company says it is clean.', 'says', 'The company'],
  ]);
  check('de', [
    ['Northwell baut. Das Unternehmen beziffert die Kosten auf viel.', 'beziffert', 'Northwell'],
    ['Riverton baut. Das Unternehmen Northwell hat den Vorwurf bestritten.', 'bestritten', 'Das Unternehmen Northwell'],
  ]);
});
