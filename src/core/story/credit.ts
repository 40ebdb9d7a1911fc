/** Credit lines: whom an article names as the source of its words. */

/** News agencies whose texts stand in many outlets, as they sign: "(Reuters)", "By Jane Roe, Associated Press". */
const agencies: readonly (readonly [name: string, signs: string])[] = [
  ['Reuters', 'Reuters|路透社?'],
  ['Associated Press', 'Associated Press|AP|美联社'],
  ['AFP', 'AFP|Agence France-Presse|法新社'],
  ['dpa', 'dpa'],
  ['Bloomberg', 'Bloomberg(?: News)?|彭博社?'],
  ['Xinhua', 'Xinhua|新华社'],
  ['EFE', 'EFE|Europa Press'],
  ['ANSA', 'ANSA'],
  ['PTI', 'PTI|Press Trust of India'],
  ['IANS', 'IANS'],
  ['Kyodo', 'Kyodo(?: News)?|共同社'],
  ['PA Media', 'PA Media|Press Association'],
  ['Lusa', 'Lusa'],
];

/** Words before a name that make it the source, and words after it, in the languages that the shipped claims are written for. */
const wordsBefore =
  'via|according to|as reported by|reported by|first reported by|seen by|told|courtesy of|source:|h/t|with|laut|nach Angaben von|berichtet|' +
  "selon|d[’']après|rapporte|según|de acuerdo con|informó|secondo|segundo|de acordo com|据|援引|报道称|के अनुसार";
const wordsAfter =
  'reports?|reported|said|wrote|writes|has reported|first reported|berichtete?|meldete?|rapporte|a rapporté|reportó|informó|informa|' +
  'riporta|ha riferito|relatou|informou|报道|称|के अनुसार';
/** A name this far into the text still signs it: "LONDON, Jan 29 (Reuters) -". */
const datelineCharacters = 200;
/** Other words ("the news agency", a paper's article) allowed between the words and the name. */
const between = String.raw`\s{0,2}(?:the |de |la |le |el |der |die |das )?`;

/** What is looked at for a credit. `linkedSites` are the hosts that its text links to. */
export type CreditedText = {
  readonly text: string;
  readonly byline: string | null;
  readonly linkedSites: ReadonlySet<string>;
};

/** Whether a text names an outlet as its source, in a credit line or by a link to its site. An outlet that is merely mentioned is no source. */
export function creditsOutlet(
  { text, byline, linkedSites }: CreditedText,
  outlet: { readonly name: string; readonly site: string },
): boolean {
  if (linkedSites.has(outlet.site)) return true;
  const name = outlet.name.trim();
  // Most texts do not have the name at all, and looking for it costs a hundredth of the patterns.
  const isNamed = name.length > 1 && (text.includes(name) || byline?.includes(name) === true);
  return isNamed && isCredited(RegExp.escape(name), { text, byline });
}

/** The news agency that signs a text; null when none does. */
export function findAgency(credited: Pick<CreditedText, 'text' | 'byline'>): string | null {
  return agencies.find(([, signs]) => signsText(signs, credited))?.[0] ?? null;
}

function isCredited(name: string, credited: Pick<CreditedText, 'text' | 'byline'>): boolean {
  if (signsText(name, credited)) return true;
  const asSource = new RegExp(
    `(?:${wordsBefore})${between}(?:${name})(?![\\p{L}\\p{N}])|(?<![\\p{L}\\p{N}])(?:${name})\\s{0,2}(?:${wordsAfter})`,
    'iu',
  );
  return asSource.test(credited.text);
}

/** In brackets or before a dash at the beginning, alone on the last line, or in the byline. */
function signsText(name: string, { text, byline }: Pick<CreditedText, 'text' | 'byline'>): boolean {
  const inByline = new RegExp(`(?<![\\p{L}\\p{N}])(?:${name})(?![\\p{L}\\p{N}])`, 'u');
  if (byline !== null && inByline.test(byline)) return true;
  const dateline = new RegExp(`[(（\\[](?:${name})[)）\\]]|^(?:${name})\\s?[-–—:：]|^(?:${name}).{0,20}电`, 'u');
  if (dateline.test(text.slice(0, datelineCharacters))) return true;
  const lastLine = text.slice(-datelineCharacters).trim().split('\n').at(-1) ?? '';
  return new RegExp(`^[\\s(（\\[—–-]*(?:${name})[\\s)）\\].]*$`, 'u').test(lastLine);
}
