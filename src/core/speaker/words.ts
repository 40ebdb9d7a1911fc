// Word lists of speaker.ts, in the languages that have stance cues; all lower case. They name roles, never people.

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Nouns for people and bodies that speak; an English plural is found by its singular. */
export const SPEAKER_NOUNS = words(`
  people person resident neighbour neighbor farmer teacher doctor student mayor colleague friend source official minister ministry embassy ambassador diplomat president senator lawmaker congressman congresswoman
  lawyer attorney counsel judge prosecutor court regulator watchdog agency authority commission committee council government administration
  expert specialist academic professor scholar scientist researcher economist analyst strategist consultant consultancy engineer developer
  author writer reporter journalist columnist commentator critic skeptic sceptic observer insider investor trader banker broker
  executive founder co-founder cofounder ceo chief boss director chairman chairwoman chair head manager officer spokesman spokeswoman spokesperson
  company firm startup start-up group lab laboratory maker owner giant rival competitor boutique bank fund house institute university team
  newspaper paper magazine outlet agency wire broadcaster channel network station website blog blogger newsletter daily press media
  user commenter member participant poster customer employee staffer worker adviser advisor czar secretary panellist panelist
  federation association union alliance unit division arm creator reporting representative legislator filmmaker operator
  community camp industry campaigner activist advocate organisation organization foundation party side
  unternehmen firma konzern labor sprecher sprecherin fachleute fachleuten fachmann experte experten expertin kreisen branchenkreisen forschern analyst analysten analystin forscher forscherin
  kritiker kritikerin anwalt anwälte anwältin jurist juristen juristin behörde ministerium botschaft regierung branchenkreise kreise medien zeitung
  professor professorin entwickler entwicklerin gründer chef chefin entwicklerfirma
  entreprise société groupe laboratoire porte-parole expert experts analyste analystes chercheur chercheurs chercheuse avocat avocats avocate juriste
  juristes gouvernement ministère ambassade journal média médias chaîne quotidien fondateur patron professeur start-up jeune-pousse géant
  vorstand geschäftsführer geschäftsführerin minister ministerin präsident präsidentin abgeordnete abgeordneter leiter leiterin berater beraterin analysten ökonom ökonomin
  directeur directrice président présidente ministre conseiller conseillère économiste avocats eurodéputée eurodéputé
  consejero delegado director directora presidente presidenta ministro ministra jurista economista eurodiputada eurodiputado direttore ministro presidente diretor
  empresa firma compañía portavoz experto expertos experta expertos analista analistas investigador investigadores investigadora abogado abogados
  abogada gobierno ministerio embajada periódico diario medios fundador catedrático catedráticos profesor profesores directivo consultora
  azienda società portavoce esperto esperti analista analisti ricercatore ricercatori avvocato avvocati governo ministero ambasciata giornale fondatore
  especialista especialistas pesquisador pesquisadores advogado advogados governo ministério embaixada jornal fundador porta-voz
  प्रोफेसर प्रोफ़ेसर संस्थापक प्रमुख सांसद अध्यक्ष मंत्री जानकारों विशेषज्ञों सूत्रों शोधकर्ताओं
  कंपनी प्रवक्ता विशेषज्ञ विश्लेषक शोधकर्ता वकील सरकार मंत्रालय दूतावास अख़बार अखबार
`);

/** Documents that speak for their authors. */
export const DOCUMENT_NOUNS = words(
  'report study survey analysis filing letter statement memo post document graphic bericht studie rapport étude informe estudio rapporto studio',
);

/** Words that open a noun phrase. */
export const DETERMINERS = words(`
  the a an its his her their this that these those some many most several two three four five other another one both all
  der die das des dem den ein eine einer eines einem einen mehrere viele einige
  le la les l un une des du plusieurs certains el los las uno una unos unas varios varias tres dos il lo gli i o os as um uma
`);

/** Determiners that lead back to the speaker: "Jane Roe in her letter". */
export const POSSESSIVES = words('her his its their seinem ihrem ihrer seiner son sa ses su sus');

/** Words that join two parts of one noun phrase: "a spokesperson for the company". */
export const JOINTS = words('of for at from and in near & de du des d von der del di da do van');

/** What stands between a speaker and the verb without being part of the name: auxiliaries, short adverbs. Words in -ly count as well. */
export const TRAILERS = words(`
  has have had is are was were be been being will would could can may might must should did does do not never to also still now then later once
  again already just even soon too itself himself herself themselves previously earlier recently initially often sometimes however reportedly
  who which that hat haben hatte hatten auch bereits zuletzt wiederum me a ont avait aussi déjà ha han había también ya hanno aveva anche foi tem
  ने का की के को से
`);

/** Prepositions that part a noun phrase from what stands before it. */
export const PARTING_WORDS = words(
  'over under between against about into than through during among toward towards via amid like regarding concerning contra sobre hacia contre vers gegen über contro',
);

/** Days and months, which stand beside a speaker and are capitalised like a name. */
export const TIME_WORDS = words(`
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
  jan feb mar apr jun jul aug sep sept oct nov dec today yesterday week month year morning evening
  montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
  lunes martes miércoles jueves viernes sábado domingo
`);

/** Small words before a day or month. */
export const TIME_LEADS = words('on in last this next late early since am im le el');

/** Capitalised at the start of a sentence and no name. */
export const NO_NAMES = words(`
  i you we they it he she who which what there here it's that's there's nobody someone others some many
  and but or so yet however meanwhile also while when where as if since although though because after before by with without in on at to from for
  instead still now then once just even only recently earlier later last next today yesterday despite according per no not yes
  moreover furthermore additionally nevertheless thus hence overall first second third finally number
  aber und doch während auch nach laut wie dort er sie es wir ich ihr sein
  mais et selon pendant alors elle il ils elles nous on je d'après
  pero y según mientras además él ella ellos nosotros eso esto ello e ma secondo mentre segundo enquanto mas
`);

/** How a Chinese clause names who speaks: what it ends with. */
export const HAN_SPEAKER_END =
  /(?:发言人|律师|专家|分析师|研究人员|研究员|安全人员|媒体|公司|企业|团队|人士|教授|机构|银行|政府|部门|官员|学者|创始人|董事长|首席执行官|记者|公众号|网友|用户|评论员|工程师|投资者|顾问|博士|使馆|外交部|日报|周刊|通讯社)$/u;

/** A role and the name of who has it: "分析师周强". */
export const HAN_ROLE_NAME =
  /(?:律师|专家|分析师|研究人员|研究员|教授|学者|官员|创始人|董事长|首席执行官|记者|评论员|工程师|顾问|博士|主任|议员|经济学家|科学家|发言人)\p{Script=Han}{2,4}$/u;

/** What a Chinese clause says between the speaker and the verb: time, place, manner. */
export const HAN_ADVERBIAL =
  /(?:周[一二三四五六日]|星期|\d|在|于|昨|今|近日|日前|早前|此前|还|也|则|都|曾|已|就|对|向|通过|毫|明确|公开|随后|再次|多次|当时|甚至|至今|进一步|的)/u;

/** What a Chinese clause opens with before the speaker. */
export const HAN_LEAD =
  /^(?:但是?|而|不过|此前|早前|有|另有|据|另外?|其中|同时|随后|目前|对此|然而|因此|所以|一些|部分)+/u;
