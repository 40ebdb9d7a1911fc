/** What a cue word can tell; the lists below say what each holds. */
export const CUE_KINDS = [
  // Stands for something named before.
  'pronoun',
  // Somebody says it.
  'say',
  // Somebody unnamed says it.
  'hearsay',
  // The writer says it: no other speaker.
  'own-voice',
  // Somebody rejects it.
  'deny',
  // It is called untrue.
  'untrue',
  // It is called doubtful.
  'doubt',
  'negation',
  // It is only supposed.
  'condition',
  // Holds a word of another kind and is none: "no doubt", "not only", "说法".
  'no-cue',
  // A new clause begins.
  'contrast',
  // A short sentence takes back the one before.
  'rebuttal',
  // A sentence says that what was just claimed is contested.
  'contest',
] as const;

/** One kind of cue. */
export type CueKind = (typeof CUE_KINDS)[number];

/** A cue of one language: the words of one language mean something else in the next ("die", "con", "no"). */
export type LanguageCue = { readonly kind: CueKind; readonly lang: string };

type CueLists = { readonly [kind in CueKind]: readonly string[] };

// Ordinary words of news prose in the term syntax of the claim language; they hold for every ledger. What only one claim calls a doubt stands
// in that claim (`disputed-by`).
// Terms parted by commas: word lists are read and mended as text.
function words(list: string): readonly string[] {
  return list.split(',').map((word) => word.trim());
}

const ENGLISH: CueLists = {
  pronoun: words(`
    it, its, they, their, them, the assistant, the researchers, the authors, the engineers, the newcomer,
    the|this|that company|firm|startup|lab|laboratory|developer|group|team|model|app|chatbot|outfit|maker|enterprise,
    the|this start up, the|this ai company|firm|startup|lab|app|model|assistant
  `),
  say: words(`
    say, said, according to, told, tell, claims, claimed, claiming, claim that|to, state that, stated, states that,
    found that|no, announced, announces, argue, believe, suspect, allege, accuse, assert, maintain, contend,
    insist, estimate, reported, reports, reporting, report that, suggested, suggests that, suggest that,
    suggesting that, warned, warns, cautioned, cautions, wrote, writes, write, noted, notes, noting, added, adds, explained, explains,
    described, describes, reveal, acknowledge, thinks, think, testified, pointed|points out, tweeted, quoted,
    quotes, cited, cites, citing, concluded, concludes, concluding that, put it, authors|analysts|researchers|experts|they price|value, boast, touted, touts, complained, complains,
    expects that, fears that, raises|raised|raising concern|concerns|fears|alarm that, in the words|view|opinion of, own account, speculate, declare, confirmed that, mentions,
    mentioned, calls, called, pointed to, hints, hinted, stressed, disclosed, conceded, admitted, asked about,
    in an interview, is|are|was|were|remain convinced|certain|sure|adamant that, put|puts|peg|pegs|pegged ~6 at,
    skeptics|sceptics|experts|analysts|critics|lawyers|observers note, considers it|this|that|the, in a statement, in a report,
    speak|speaks|spoke of
  `),
  hearsay: words(`
    reportedly, allegedly, supposedly, purportedly, purported, apparently, rumour*, rumor*,
    is|are|was|were said to, is|are|was|were thought|believed|understood|rumoured|rumored to, alleged, accusation*,
    allegation*, accused, suspicion*, suspected, supposed, advertised, self reported, so called, sources say,
    people familiar, claim of|by, claims of, the claim, debate about whether, story goes, story has been going|doing,
    being said, myth, misconception, urban legend, keep reading, people say, is described as, much quoted, conventional wisdom
  `),
  'own-voice': words(`
    i|we believe|think|suspect|estimate|note|said|say|expect|argue|conclude|noted|mentioned|reported, worth noting,
    =Note that, please note, be noted that
  `),
  deny: words(`
    deny, denial, reject, refute, dismiss, rebuff*, repudiat*, disavow*, contradict*, rebut*,
    dispute|disputed|disputes that, no evidence|proof that, shot down, pushed back, pushes back
  `),
  untrue: words(`
    false, untrue, a lie, hoax, forgery, fabricat*, debunk*, baseless*, groundless*, unfounded, incorrect,
    nonsense, misconception, made up, no truth, no basis, not true|accurate, without|lacks ~1 basis|foundation,
    bogus, legend, myth, is|are|was wrong, mistaken, inaccurate, does|do|did not hold, fairy tale, misleading,
    exaggerat*, overblown, overstated, implausible, too good to be true
  `),
  doubt: words(`
    doubt, skeptic*, sceptic*, question|questions|questioned|questioning whether|if|that|the, unlikely, hard to believe,
    disputed, not convinced, unproven, few|nobody ~5 believe|believes|buy|buys, no one ~5 believes|buys
  `),
  negation: words(`
    not, didn|don|doesn|isn|wasn|weren|hasn|haven|hadn|couldn|wouldn|won|can|aren|shouldn t, cannot, never, nobody,
    none, neither, nor, far from, no longer, stopped short of
  `),
  'no-cue': words(`
    not only|just|merely|alone|clear|surprising*, no doubt, why not, whether or not, not immediately,
    not respond|comment|disclose|deny, all told, says|say|said nothing|little about|of|on
  `),
  condition: words(`
    if, whether, whether or not, suppose, supposing, assuming, in case, hypothetically, imagine, unless, would have to, were it,
    should it, possibility, possible to, would have, asked if|whether
  `),
  contrast: words(`but, however, while, whereas, although, though, despite, after`),
  rebuttal: words(`
    it|that|this|they|he|she was|is|were|did|does|do|has|have not,
    it|that|this|they|he|she isn|wasn|didn|doesn|hasn|weren|don t, it|they|he|she never,
    that|this|which is|was simply|just|plain|completely|entirely false|wrong|untrue|nonsense, i|we do not,
    i|we don t, not so, not true,
    that|this|it|which is|was|are false|wrong|untrue|nonsense|misleading|incorrect|inaccurate, no such thing,
    is|was a forgery|myth|lie|fabrication|hoax, nothing in it, the opposite is true, does|did|do not hold,
    doesn|didn|don t hold, the truth|reality is, there is no truth, no evidence for it, wisdom|view|story|figure|number|claim is wrong,
    verdict is|therefore
  `),
  contest: words(`
    dispute|disputed|disputes|contest|contests|contested|challenge|challenges|challenged|reject|rejects|rejected|refutes|refuted this|that|these|those,
    this|that|these|those|the|such claim|claims|figure|figures|number|numbers|assertion|account|allegation|allegations|accusation ~3 disputed|contested|questioned|challenged|denied|rejected,
    this|that|these|those|the|such claim|claims|figure|figures|number|numbers|assertion ~3 met with ~2 skepticism|scepticism|doubt|doubts|disbelief
  `),
};

const GERMAN: CueLists = {
  pronoun: words(`
    das|dem|des Unternehmen|Unternehmens, die|der Firma, das|dem Startup, das|dem Start up, es, sie, er, ihr, ihre,
    ihren, ihrem, ihres, sein, seine, seinen, das Labor, das Modell, die App
  `),
  say: words(`
    sagte, sagt, sagen, laut, zufolge, erklärt*, behaupt*, nach Angaben, nach eigenen Angaben, teilte, berichte*,
    meint*, glaubt*, vermut*, wirft, werfen, warf, vorgeworfen, heißt es, beschuldig*, schätz*, schreib*, schrieb,
    betont*, gibt an, gab an, will ~8 haben, beziffert*, verkünd*, hieß es, spricht von, beanspruch*, äußerte*,
    nach Darstellung|Einschätzung|Ansicht|Meinung|Auffassung|Aussage|Aussagen|Worten|Informationen|Überzeugung|Lesart,
    aus Sicht, nennt, nannte*, genannte*, angegebene*, versichert, versicherte*, geht|gehen|ging|gingen ~2 davon aus,
    hält|halten|hielt|hielten ~8 für, sieht|sehen|sah|sahen ~2 für, kritisier*, warnt, warnte*, warnen, mahnt*, fordert*, räumt ~4 ein, rechnet vor, überzeugt, meldet, melden, meldete*, beschreib*,
    wies|weist|wiesen ~4 darauf hin, bekräftig*, beteuer*, bericht*
  `),
  hearsay: words(`
    Mythos, Irrtum, angeblich*, mutmaßlich*, vermeintlich*, Vorwurf, Vorwürfe*, soll, sollen, offenbar, Gerücht*, verdächtig*, Verdacht, sei,
    seien, habe, hätten, könne, müsse, solle, dürfe, dem Vernehmen nach, wonach, von ~2 die Rede, liest man, heißt es überall
  `),
  'own-voice': words(`wir glauben|meinen|schätzen, ich glaube|meine`),
  deny: words(`
    bestreit*, bestritt*, dementier*, weist|wies|weisen ~8 zurück, zurückgewiesen, zurückweis*, leugn*,
    keine Beweise|Belege dafür, widersprach*, widerspricht, streitet|stritt ~6 ab, von sich gewiesen, in Abrede, verneint*
  `),
  untrue: words(
    `Mythos, Irrtum, falsch*, unwahr*, haltlos*, unbegründet*, grundlos*, Lüge, Märchen, Legende, erfunden, stimmt|stimmen nicht, nicht wahr|richtig|korrekt,
    trifft|treffen nicht zu, entspricht|entsprechen nicht der|den Wahrheit|Tatsachen, keine Rede sein, aus der Luft gegriffen, Falschmeldung*,
    unbewiesen*, nicht belegt|erwiesen|bewiesen, nicht stand, entbehr* ~2 Grundlage, statt der|des ~1 behauptete*|angeblich*|genannte*|angegebene*, Unsinn, Augenwischerei, unzutreffend*, irreführend*, übertrieben*, unglaubwürdig*, unrealistisch*`,
  ),
  doubt: words(`
    bezweif*, zweif*, Zweifel*, fraglich, glaubt|glauben|glaubte ~3 nicht, misstrau*, stellt|stellen|stellte ~6 infrage, stellt|stellen|stellte ~6 in Frage,
    hinterfrag*, nicht überzeugt, kaum zu glauben, niemand|wenige|kaum ~5 glaubt|glauben, mag|mögen|will|wollen|kann|können ~8 nicht glauben
  `),
  negation: words(`nicht, kein, keine, keinen, keiner, keinem, nie, niemals, weder`),
  'no-cue': words(
    `nicht nur, nicht zuletzt, kein Zweifel, keinen Zweifel, ohne Zweifel, außer Zweifel, sagt|sagen nichts`,
  ),
  condition: words(`falls, wenn, ob, sollte, angenommen`),
  contrast: words(`aber, jedoch, während, doch, obwohl`),
  rebuttal: words(`
    das|es|dies stimmt nicht, das|es|dies stimmt so nicht, das|dies ist ~2 falsch|unwahr|unzutreffend|unrichtig, stimmt nicht, dem ist nicht so,
    davon kann keine Rede sein, das|es ist nicht
  `),
  contest: words(
    `diese|dieser Angabe|Angaben|Zahl|Zahlen|Behauptung ~4 umstritten|angezweifelt|bezweifelt|bestritten, bestreitet|bestreiten das|dies`,
  ),
};

const FRENCH: CueLists = {
  pronoun: words(`
    l entreprise, la société, la start up, la startup, le laboratoire, elle, il, elles, ils, son, sa, ses,
    le groupe, leur, leurs
  `),
  say: words(`
    selon, d après, a déclaré, déclare, dit, affirm*, assur*, estim*, accus*, soupçonn*, expliqu*, annonc*,
    revendiqu*, prétend*, écri*, soulign*, rapport*, confi*, indiqu*, jur*, soutien*, considèr*, à en croire, aux dires de|du|des,
    de l avis de|du|des, aux yeux de|du|des, fait savoir, disent, juge, jugent, jugé, plaid*, avancé*, avance que, affiché*, affiche, insist*, ajout*, répond*,
    répliqu*, object*, dénonc*, reproch*, évoqu*, chiffr* ~4 à, avert*, suggèr*,
    convaincu*, persuadé*, pour plusieurs|certains|nombreux|beaucoup ~1 chercheurs|experts|analystes|observateurs|spécialistes|juristes,
    pour l|le|la avocat|avocate|analyste|expert|experte|juriste|chercheur|chercheuse|économiste|professeur|professeure
  `),
  hearsay: words(
    `mythe, idée reçue, prétendu*, présumé*, accusation*, aurait, auraient, supposé*, rumeur*, allégation*, dit on, soi disant,
    paraît il, semble t il, apparemment, soupçon, soupçons, serait|seraient en train, on lit|entend|raconte`,
  ),
  'own-voice': words(`nous pensons|estimons, je pense|crois`),
  deny: words(`dément*, nie, nient, nié, rejett*, rejet*, réfut*, récus*, conteste, contestent, aucune preuve que`),
  untrue: words(`
    mythe, idée reçue, faux, fausse*, mensong*, infondé*, sans fondement, inexact*, pas vrai|exact|avéré, contrairement à ce qui|que, à tort, trompe l oeil,
    trompe l œil, trompeu*, exagér*, invraisembl*, ne résist* pas, ne tien* pas, fantaisist*, non prouvé*|étayé*
  `),
  doubt: words(`
    dout*, scepti*, ne croi* pas|guère, personne|nul|peu ~6 croit|croient, peine à croire, met|mettent|mis ~2 en doute|cause, remet|remettent|remis ~3 en cause|question|doute, perplexe*
  `),
  negation: words(`ne, n, pas, jamais, aucun, aucune, ni`),
  'no-cue': words(`
    non seulement, pas seulement, aucun|nul|guère|pas ~1 doute, sans ~2 doute, ne dit|disent rien, n a|ont|avait|aurait ~1 que
  `),
  condition: words(`si, s il, s ils, supposons, à supposer`),
  contrast: words(`mais, alors que, tandis que, cependant, toutefois`),
  rebuttal: words(
    `c est faux|inexact|inexacte|trompeur|mensonger, il n en est rien, ce n est pas vrai, rien n est plus faux, ce n est pas`,
  ),
  contest: words(
    `cette|ces affirmation|affirmations|chiffre|chiffres|réclamation|prétention ~3 contesté|contestée|contestés|contestées`,
  ),
};

const SPANISH: CueLists = {
  pronoun: words(`la empresa, la firma, la compañía, el laboratorio, la startup, ella, ellos, su, sus, el grupo`),
  say: words(`
    según, dijo, dice, dicen, dijeron, asegur*, acusa, acusan, acusaba, acusado, acusando, acusar, acusó, sostien*, cree, creen, explic*, anunci*, señal*,
    declar*, denunci*, sospech*, escrib*, cuenta que, cuentan, repitió, afirm*, reconoc*, calcul*, estima*,
    presume, opina*, considera*, de acuerdo con, a juicio de|del, en opinión de|del, en palabras de|del, a decir de|del, insist*, replic*, objet*,
    reclam*, advierte*, advirtió, sugier*, apunta*, añad*, defiend*, mantien*, alega*, cifra|cifró|cifran en, atribuy*, informa|informó|informan ~1 que, contó, admit*, indic*,
    convencid*, persuadid*,
    para el|la abogado|abogada|analista|experto|experta|jurista|investigador|investigadora|economista|profesor|profesora
  `),
  hearsay: words(`
    mito, bulo, supuest*, presunt*, acusaci*, circula, habría, habrían, estaría, estarían, rumor*, se dice, al parecer, se rumorea, se repite, se lee, se comenta, se cuenta
  `),
  'own-voice': words(`creemos|pensamos que, creo que`),
  deny: words(
    `niega*, niegan, negó, negaron, ha|han|había negado, rechaz*, desmint*, desmient*, refut*, descart*, ninguna prueba de que`,
  ),
  untrue: words(`
    falso, falsa, falsos, falsas, mentira*, infundad*, sin fundamento|base, no es cierto|verdad|correcto|exacto, mito, bulo, ninguna prueba de que,
    engaños*, espejismo, exagerad*, inverosímil*, no resist*, no se sostien*, carec* de fundamento|base
  `),
  doubt: words(`
    duda*, escéptic*, cuestiona*, no ~2 cree|creen|creyó, nadie|pocos|pocas ~6 cree|creen, pone|ponen|puso ~2 en duda|entredicho|cuestión, desconfí*
  `),
  negation: words(`no, nunca, jamás, ningún, ninguna, ni, tampoco`),
  'no-cue': words(`no solo, no sólo, no cabe|hay|tiene duda|dudas, sin ~2 duda, no dice|dicen nada, nada dice`),
  condition: words(`si, supongamos, en caso de`),
  contrast: words(`pero, mientras, aunque, sin embargo`),
  rebuttal: words(`no es cierto, es falso, no fue así, no es así, no es verdad, eso no`),
  contest: words(`esta|esa|este|ese afirmación|cifra|dato ~3 cuestionada|cuestionado|discutida|disputada`),
};

const ITALIAN: CueLists = {
  pronoun: words(`l azienda, la società, la startup, il laboratorio, essa, suo, sua, suoi, sue, loro`),
  say: words(`
    secondo, ha detto, ha dichiarato, dice, dicono, sostien*, sosteng*, afferm*, accus*, ritien*, annunci*, spieg*,
    dichiar*, stim*, consider*, stando a|al|alla|alle, a detta di|del|dell|della, a giudizio di|del|dell|della, avvert*, aggiun*, insist*, replic*
  `),
  hearsay: words(`presunt*, avrebbe, avrebbero, sarebbe, starebbe, starebbero, accuse, voci, suppost*, a quanto pare`),
  'own-voice': words(`crediamo che, credo che`),
  deny: words(`nega, negano, negato, smentisc*, smentit*, respin*, nessuna prova che`),
  untrue: words(
    `falso, falsa, false, falsi, bugia, infondat*, non è vero|esatto|corretto, fuorviant*, esagerat*, non regg*`,
  ),
  doubt: words(`dubbi*, dubita*, scettic*, non ~2 crede|credono, mett* ~2 in dubbio`),
  negation: words(`non, mai, nessun, nessuna, né`),
  'no-cue': words(`non solo`),
  condition: words(`se, supponiamo, qualora`),
  contrast: words(`ma, mentre, però, tuttavia`),
  rebuttal: words(`non è vero, è falso, non è così`),
  contest: words(`questa|queste affermazione|cifra|cifre ~3 contestata|contestate|dubbia`),
};

const PORTUGUESE: CueLists = {
  pronoun: words(`a empresa, a companhia, o laboratório, a startup, ela, eles, seu, sua, seus, suas`),
  say: words(`
    segundo, disse, dizem, diz, afirm*, aleg*, acus*, acredita*, explic*, anunci*, declar*, estima*, de acordo com, considera*, na opinião de|do|da, na avaliação de|do|da, insist*, advert*, acrescent*
  `),
  hearsay: words(`suposta*, suposto*, acusaç*, teria, teriam, estaria, estariam, rumor*, ao que parece`),
  'own-voice': words(`acreditamos que, acredito que`),
  deny: words(`nega, negam, negou, negaram, rejeit*, desment*, refut*, nenhuma prova de que`),
  untrue: words(
    `falso, falsa, mentira*, infundad*, sem fundamento, não é verdade|correto, enganos*, exagerad*, não se sustent*`,
  ),
  doubt: words(`dúvida*, duvida*, cétic*, não ~2 acredita|acreditam, põe|põem ~2 em dúvida|causa`),
  negation: words(`não, nunca, jamais, nenhum, nenhuma, nem`),
  'no-cue': words(`não só, não apenas`),
  condition: words(`se, suponha*, caso`),
  contrast: words(`mas, enquanto, porém, embora`),
  rebuttal: words(`não é verdade, é falso, não foi assim, não é assim`),
  contest: words(`esta|essa|este|esse afirmação|cifra|número ~3 contestada|contestado|questionada|questionado`),
};

// Han is read character by character: one-character cues only where they hardly occur inside other words.
const CHINESE: CueLists = {
  pronoun: words(`它, 新模型, 该公司, 该企业, 该模型, 这家公司, 该应用, 自家, 他们, 其模型, 其, 公司, 团队`),
  say: words(`
    照 ~8 说法, 抱怨, 表示, 声称, 宣称, 号称, 确信, 坚信, 深信, 称, 说, 说道, 所说, 按|按照|依照 ~8 说法, 在 ~8 看来, 呼吁, 爆料, 推测, 主张, 补充, 解释, 据 ~8 报道, 据悉, 据称, 认为, 指控, 指责, 透露, 指出, 估计, 怀疑, 强调, 披露, 写道, 看来,
    坦言, 直言, 提到, 质疑, 回应, 援引, 报道, 自称, 给出, 论文 里|中, 介绍, 公布
  `),
  hearsay: words(
    `谣言, 误区, 流传, 传说, 坊间, 据说, 疑似, 疑未, 涉嫌, 传闻, 所谓, 据报, 有人 ~3 质疑|说|认为|指, 被质疑, 网传, 被指, 被曝, 传言`,
  ),
  'own-voice': words(`我们认为, 我认为`),
  deny: words(`否认, 驳斥, 反驳, 否定, 辟谣, 不承认, 没有证据表明, 没有证据显示`),
  untrue: words(`
    误区, 谎言, 不实, 谣言, 毫无根据, 虚假, 无稽之谈, 子虚乌有, 捏造, 没有证据表明, 没有证据显示, 误解, 不属实, 失实, 不成立, 站不住, 不真实, 误导, 夸大, 不准确,
    不可信, 存疑, 有误, 言过其实, 是假的, 假消息
  `),
  doubt: words(`质疑, 怀疑, 不相信, 不信, 难以置信, 难以相信, 打 ~2 问号, 很少|没 ~1 人 ~2 相信, 没有|无 人 ~2 相信`),
  negation: words(`没有, 并未, 未曾, 未使用, 未利用, 未采用, 尚未, 不是, 并非, 从未, 不曾, 从来没, 谈不上, 没`),
  'no-cue': words(`
    不仅, 不只, 不但, 没有回应, 是不是, 有没有, 说法, 说明, 小说, 说服, 可以说, 应该说, 来说, 再说, 不用说, 说起, 说不定, 学说, 名称, 简称, 职称, 堪称, 对称, 俗称, 称为, 称霸, 没有公布|披露|透露|介绍, 未公布|披露|透露, 未能公布
  `),
  condition: words(`如果, 若, 是否, 假如, 倘若, 假设, 能否, 会不会, 能不能`),
  contrast: words(`但, 而是, 不过, 然而, 相比之下`),
  rebuttal: words(
    `事实并非如此, 并非如此, 这不是事实, 这是假的, 这不对, 其实不然, 不是真的, 这个说法不, 这种说法不, 这一说法不`,
  ),
  contest: words(`这一|该|这个 ~1 说法|数字|数据|指控 ~3 质疑|争议|夸大|不实`),
};

const HINDI: CueLists = {
  pronoun: words(`
    उसने, उसका, उसके, उसकी, उसे, कंपनी, इस कंपनी, इसने, इसका, इसके, इसकी, अपना, अपने, अपनी, वह, यह ऐप
  `),
  say: words(`
    कहा, कहना, के मुताबिक, के अनुसार, की मानें, शिकायत, यकीन है, विश्वास है, दावा, दावे, आरोप, बताया, बताई, कहते, कहती, कहता, मानना, मानते, मानती, मानता, बताते, लिखा, बयान, हवाले, राय में, चेतावनी, अनुमान,
    मांग की, माँग की, जताया, जताई
  `),
  hearsay: words(
    `मिथक, कथित, बताया जाता, बताया जा रहा, कहा जाता, कहा जा रहा, सुना, अफ़वाह, ख़बर, सूत्रों, चर्चा है, माना जाता, माना जा रहा`,
  ),
  'own-voice': words(`हमारा मानना, मेरा मानना`),
  deny: words(`खारिज, ख़ारिज, इनकार, इंकार, खंडन, नकार*, अस्वीकार`),
  untrue: words(`
    मिथक, झूठ*, गलत ~1 है|हैं|था|थी|साबित|बताया|बताते|ठहराया, गलत दावा|आरोप|आंकड़ा, बेबुनियाद, निराधार, मनगढ़ंत, अफवाह, सही नहीं, सच नहीं, कहना सही|सच|ठीक नहीं, भ्रामक, बढ़ा चढ़ा*, खरा नहीं, साबित नहीं
  `),
  doubt: words(`संदेह, शक, भरोसा|यकीन|विश्वास नहीं, सवाल उठा*, सवाल खड़े, नहीं मानते|मानता|मानती, कम ~2 लोग मानते`),
  negation: words(`नहीं, न, कभी नहीं`),
  'no-cue': words(`ही नहीं, न केवल`),
  condition: words(`अगर, यदि, क्या`),
  contrast: words(`लेकिन, जबकि, मगर, हालाँकि, हालांकि`),
  rebuttal: words(`ऐसा नहीं, ऐसा नहीं है, यह सच नहीं, यह सच नहीं है, यह गलत है, सच नहीं, ये गलत, यह सही नहीं`),
  contest: words(`इस|यह दावे|दावा|आँकड़े|आंकड़े ~3 सवाल|संदेह|विवाद`),
};

const LISTS: Readonly<Record<string, CueLists>> = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  zh: CHINESE,
  hi: HINDI,
};

/** The language of cues for text in a language without a list: most sources that have one word of English have its cues. */
export const CUE_LANGUAGE_DEFAULT = 'en';

/** The languages that have cue lists (ISO 639-1). */
export const CUE_LANGUAGES: ReadonlySet<string> = new Set(Object.keys(LISTS));

/** All cue lists, in term syntax. */
export const CUES: readonly (LanguageCue & { readonly terms: readonly string[] })[] = Object.entries(LISTS).flatMap(
  ([lang, lists]) => CUE_KINDS.map((kind) => ({ kind, lang, terms: lists[kind] })),
);
