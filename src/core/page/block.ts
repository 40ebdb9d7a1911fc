import { isNode, type StructuredData } from './structured.ts';
import { countWords, listWords } from './words.ts';

/** Why a page is not an article although the server answered: its text must not be stored as one. */
export type PageBlock = 'challenge' | 'consent' | 'paywall' | 'soft-404';

/** Longer texts are articles, whatever words they contain: an article may be about captchas or paywalls. */
const STUB_WORDS_MAX = 150;
const CONSENT_WORDS_MAX = 400;
/** A teaser before a paywall has been seen up to this long; longer ones are worth keeping. */
const TEASER_WORDS_MAX = 220;
const CONSENT_PHRASES_MIN = 2;

const CHALLENGE_TITLE =
  /^(?:just a moment|attention required|access (?:denied|to this page has been denied)|are you (?:a )?(?:human|robot)|verif(?:y|ying) (?:you are|that you are|your)|please (?:wait|verify)|security (?:check|verification)|one more step|checking your browser|robot check|pardon our interruption|bot (?:check|verification)|ddos.guard|human verification|captcha|request (?:blocked|rejected)|un instant|nur einen moment|un momento|403 forbidden|forbidden)/i;
const CHALLENGE_TEXT =
  /enable javascript and cookies to continue|verify (?:that )?you are (?:a )?human|checking (?:if the site connection is secure|your browser)|unusual (?:traffic|activity) from your|are you a robot|not a robot|complete the (?:captcha|security check)|solve the captcha|press (?:and|&) hold|performance (?:&|and) security by cloudflare|please enable (?:js|javascript) and disable any ad blocker|why have i been blocked|automated access|robot activity|pruebe que no es un robot|vérifiez que vous êtes humain/i;

const CONSENT_PHRASE =
  /before you continue|we (?:value|care about|respect) your privacy|(?:accept|reject) all|manage (?:my |your )?(?:cookies|settings|options|preferences|choices)|(?:we|our partners|us) (?:and our (?:\d+ )?partners )?(?:use|store) (?:cookies|and\/or access)|use cookies|your (?:privacy|consent) (?:choices|preferences|settings)|withdraw your consent|give (?:your )?consent|wir (?:verwenden|nutzen) cookies|alle (?:akzeptieren|ablehnen)|zustimmung|einwilligung|tout (?:accepter|refuser)|nous utilisons des cookies|votre consentement|aceptar todo|utilizamos cookies|accetta tutto|utilizziamo i cookie|aceitar tudo|alles accepteren|personali[sz]ed (?:ads|advertising)|legitimate interest/gi;
const CONSENT_TITLE =
  /before you continue|privacy (?:settings|choices|preferences)|(?:we value your|your) privacy|cookie (?:consent|settings|preferences|wall)|consent|cookies|datenschutz|einwilligung|zustimmung/i;

const PAYWALL_TEXT =
  /subscribe (?:now )?to (?:continue|read|unlock|keep reading|access)|to (?:continue|keep) reading|continue reading (?:with|for|your)|already (?:a|have a) (?:subscriber|subscription|member|account)|(?:article|story|content|post|page) is (?:only |exclusively )?(?:for|available to|reserved for|exclusive to|limited to) (?:paying |paid |our )?(?:subscribers|members)|subscriber.only|subscribers only|members only|(?:log|sign) in to (?:continue|read)|unlock (?:this|the full) (?:article|story)|start your (?:free )?trial|your (?:free )?articles? (?:limit|remaining)|become a (?:subscriber|member) to read|réservé aux abonnés|(?:pour|s'abonner pour) lire la suite|abonnez-vous|jetzt (?:weiterlesen|abonnieren)|weiterlesen mit|nur für abonnenten|exclusivo para (?:suscriptores|assinantes)|suscríbete para|hazte suscriptor|riservato agli abbonati|abbonati per|assine para|会員限定|有料会員|続きを読むには|订阅后|付费阅读|付費|구독자 전용|для подписчиков/i;

const MISSING_TITLE =
  /^404\s*(?:$|[-–—|:.,!(]|not|error|page|file)|\b(?:error|fehler|erreur|http) 404\b|^(?:not found|nothing found)|\b(?:page|article|story|content|post|file|url)\b.{0,40}\b(?:not|no longer|can.?t|cannot|isn.?t|doesn.?t)\b.{0,20}\b(?:found|available|exists?)\b|seite (?:wurde )?nicht gefunden|página no (?:encontrada|existe)|página não encontrada|page (?:introuvable|non trouvée)|pagina non trovata|pagina niet gevonden|страница не найдена|ページが見つかりません|お探しのページ|页面不存在|頁面不存在|找不到(?:页面|網頁|该页)|페이지를 찾을 수 없/i;
/** The words above also open headlines ("404 Media ..."): only a short title counts as an error. */
const MISSING_TITLE_WORDS_MAX = 9;

/** What the decision looks at; `readPageText` gives the beginning of all visible text, furniture included. */
export type BlockSigns = {
  readonly title: string | null;
  readonly titleTag: string;
  readonly url: string | null;
  readonly text: string;
  readonly readPageText: () => string;
  readonly data: StructuredData;
};

/** Tells whether a page is a wall or an error in place of an article; null for a page that can be kept. */
export function findPageBlock(signs: BlockSigns): PageBlock | null {
  const wordCount = countWords(signs.text, CONSENT_WORDS_MAX + 1);
  if (wordCount > CONSENT_WORDS_MAX) return null;
  const titles = [signs.title ?? '', signs.titleTag];
  const page = { ...signs, pageText: signs.readPageText() };
  if (wordCount <= STUB_WORDS_MAX) {
    if (titles.some((title) => CHALLENGE_TITLE.test(title.trim())) || CHALLENGE_TEXT.test(page.pageText))
      return 'challenge';
    if (titles.some(isMissingTitle)) return 'soft-404';
  }
  if (isConsent(page, titles)) return 'consent';
  if (wordCount <= TEASER_WORDS_MAX && (isLocked(signs.data) || wordCount <= STUB_WORDS_MAX) && isPaywalled(page)) {
    return 'paywall';
  }
  return null;
}

function isMissingTitle(title: string): boolean {
  return MISSING_TITLE.test(title) && listWords(title).length <= MISSING_TITLE_WORDS_MAX;
}

function isConsent(signs: BlockSigns & { readonly pageText: string }, titles: readonly string[]): boolean {
  const host = signs.url === null ? '' : (URL.parse(signs.url)?.hostname ?? '');
  if (/^(?:consent|guce|privacy|cmp)\./.test(host)) return true;
  const text = signs.text === '' ? signs.pageText : signs.text;
  const phrases = new Set((text.match(CONSENT_PHRASE) ?? []).map((phrase) => phrase.toLowerCase()));
  return (
    phrases.size >= CONSENT_PHRASES_MIN && (titles.some((title) => CONSENT_TITLE.test(title)) || signs.text === '')
  );
}

function isPaywalled(signs: BlockSigns & { readonly pageText: string }): boolean {
  return (
    PAYWALL_TEXT.test(signs.text) || PAYWALL_TEXT.test(signs.pageText) || (isLocked(signs.data) && signs.text === '')
  );
}

/** schema.org isAccessibleForFree, on the article or on its hidden part. */
function isLocked(data: StructuredData): boolean {
  const parts = [data.main, data.main?.['hasPart']].flat();
  return parts.some((part) => isNode(part) && /^false$/i.test(String(part['isAccessibleForFree'])));
}
