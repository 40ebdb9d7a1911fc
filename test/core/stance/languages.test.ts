import { describe, expect, it } from 'vitest';
import { compileLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';

const { value: ledger } = compileLedger({
  topics: [{ id: 'river', any: ['@riverton'] }],
  entities: { riverton: { names: ['Riverton', '河谷公司', 'रिवरटन'] } },
  claims: [
    {
      id: 'poisoned',
      short: 'Lake',
      statement: 'Riverton poisoned the lake',
      about: 'riverton',
      all: [['poison', 'vergift*', 'empoisonn*', 'envenen*', '污染', 'प्रदूषित']],
    },
    {
      id: 'spent',
      short: 'Cost',
      statement: 'Riverton spent about $5 million',
      about: 'riverton',
      stance: { 'keep-report': true },
      all: [{ amount: '$4m..$6m' }, ['cost', 'Kosten', 'coût', 'coste', '成本', 'लागत']],
    },
  ],
});

type Case = readonly [text: string, stances: readonly string[]];

const german: readonly Case[] = [
  ['Riverton hat den See vergiftet.', ['supports']],
  ['Nach Einschätzung der Behörde hat Riverton den See vergiftet.', ['reports']],
  ['Dem Vernehmen nach hat Riverton den See vergiftet.', ['reports']],
  ['Riverton soll den See vergiftet haben.', ['reports']],
  ['Dass Riverton den See vergiftet hat, stimmt nicht.', ['disputes']],
  ['Riverton vergiftet den See nicht.', ['disputes']],
  ['Riverton hat den See nicht nur vergiftet.', ['supports']],
  ['„Riverton hat den See vergiftet“, schimpfte die Frau des alten Bürgermeisters auf dem Markt.', ['reports']],
  ['Den Bericht, wonach Riverton den See vergiftet hat, dementierte eine Sprecherin.', ['reports', 'disputes']],
  ['Es ist falsch, dass Riverton den See vergiftet hat, sagt die Behörde.', ['disputes']],
  ['Die Kosten von 5 Millionen Dollar, die Riverton nennt, sind unglaubwürdig.', ['reports', 'disputes']],
];

const french: readonly Case[] = [
  ['Riverton a empoisonné le lac.', ['supports']],
  ['À en croire les riverains, Riverton a empoisonné le lac.', ['reports']],
  ['Riverton aurait empoisonné le lac.', ['reports']],
  ['Pour la juriste Anne Roe, Riverton a empoisonné le lac.', ['reports']],
  ["Il est faux de dire que Riverton a empoisonné le lac, estime l'agence.", ['disputes']],
  ['On dit que Riverton a empoisonné le lac, ce que la société dément.', ['reports', 'disputes']],
  ['Riverton ne doute pas de la météo.', []],
];

const spanish: readonly Case[] = [
  ['Riverton envenenó el lago.', ['supports']],
  ['De acuerdo con los vecinos, Riverton envenenó el lago.', ['reports']],
  ['Al parecer, Riverton envenenó el lago.', ['reports']],
  ['Riverton estaría envenenando el lago.', ['reports']],
  ['No es verdad que Riverton envenenara el lago.', ['disputes']],
  ['Es falso que Riverton envenenara el lago, sostiene la alcaldesa.', ['disputes']],
];

const chinese: readonly Case[] = [
  ['河谷公司污染了湖水。', ['supports']],
  ['市长王磊说，河谷公司污染了湖水。', ['reports']],
  ['按照居民的说法，河谷公司污染了湖水。', ['reports']],
  ['河谷公司污染湖水的说法并不属实。', ['disputes']],
  ['市长说明了计划，河谷公司污染了湖水。', ['supports']],
  ['照居民的说法，河谷公司污染了湖水。', ['reports']],
  ['学者怀疑，河谷公司污染了湖水。', ['disputes']],
];

const hindi: readonly Case[] = [
  ['रिवरटन ने झील को प्रदूषित किया।', ['supports']],
  ['सूत्रों के मुताबिक रिवरटन ने झील को प्रदूषित किया।', ['reports']],
  ['रिवरटन ने झील को प्रदूषित करने की बात बताई।', ['reports']],
  ['यह कहना सही नहीं कि रिवरटन ने झील को प्रदूषित किया।', ['disputes']],
  ['रिवरटन ने झील को प्रदूषित करने से इनकार किया।', ['disputes']],
];

const english: readonly Case[] = [
  ['The council says Riverton poisoned the lake, but the company denies it.', ['reports', 'disputes']],
  ['The council says Riverton poisoned the lake, a claim that the company rejects.', ['reports', 'disputes']],
  ['It is not true that Riverton poisoned the lake, said the mayor.', ['disputes']],
  ['"Riverton poisoned the lake," complained the wife of the old mayor of the town on Sunday.', ['reports']],
  ['The sign "Riverton" hangs, and Riverton poisoned the lake.', ['supports']],
  ['There is no doubt that Riverton poisoned the lake.', ['supports']],
  ['The mayor did not deny that Riverton poisoned the lake.', ['supports']],
  ['Riverton poisoned the lake, and the mayor denied a delay.', ['supports']],
];

describe.each([
  ['de', german],
  ['fr', french],
  ['es', spanish],
  ['zh', chinese],
  ['hi', hindi],
  ['en', english],
])('the stance of a sentence, %s', (lang, cases) => {
  it.each(cases)('%s', (text, stances) => {
    const { taggings } = tagText(ledger, { title: '', text, lang });
    expect(taggings.map(({ stance }) => stance)).toEqual(stances);
  });
});
