import { resolveHttpUrl } from '#src/core/url.ts';
import { readText, type StructuredData } from './structured.ts';
import type { PageSurvey } from './survey.ts';

const LANGUAGE = /^([a-z]{2,3})(?:[-_]([a-z0-9]{2,8}))?(?:[-_][a-z0-9]{1,8})*$/i;

/** The address against which links resolve: the base element's, else the page's own. */
export function readBaseUrl(survey: PageSurvey, url: string | null): string | null {
  return survey.baseHref === null ? url : (resolveHttpUrl(survey.baseHref, url) ?? url);
}

/**
 * The address that the page names as its own (rel=canonical, else og:url). A site that names its front page on every article
 * is not believed.
 */
export function readCanonicalUrl(survey: PageSurvey, url: string | null): string | null {
  const linked = survey.links.find((link) => link.rel.split(/\s+/).includes('canonical'))?.href;
  for (const href of [linked, survey.metas.get('og:url')?.[0]]) {
    const canonical = href === undefined ? null : resolveHttpUrl(href, readBaseUrl(survey, url));
    if (canonical !== null && !(isRoot(canonical) && url !== null && !isRoot(url))) return canonical;
  }
  return null;
}

/** The language that the page declares, as a BCP 47 tag (`pt-BR`); null when it declares none. */
export function readLanguage(survey: PageSurvey, data: StructuredData): string | null {
  const { metas, htmlLang } = survey;
  const declared = [
    htmlLang,
    metas.get('content-language')?.[0],
    metas.get('og:locale')?.[0],
    readText(data.main?.['inLanguage']),
  ];
  for (const value of declared) {
    const parts = LANGUAGE.exec((value ?? '').split(',')[0]?.trim() ?? '');
    if (parts === null) continue;
    const region = parts[2] === undefined ? '' : `-${parts[2].length === 2 ? parts[2].toUpperCase() : parts[2]}`;
    return `${parts[1]?.toLowerCase()}${region}`;
  }
  return null;
}

/** The name of the site or publisher; null when the page does not say. */
export function readSiteName(survey: PageSurvey, data: StructuredData): string | null {
  const { metas } = survey;
  return (
    metas.get('og:site_name')?.[0] ?? readText(data.main?.['publisher']) ?? metas.get('application-name')?.[0] ?? null
  );
}

/** The part of the site that an article stands in ("Business"); null when the page does not say. */
export function readSection(survey: PageSurvey, data: StructuredData): string | null {
  const declared = survey.metas.get('article:section')?.[0] ?? null;
  return readText(data.main?.['articleSection']) ?? declared;
}

/**
 * Whether everybody may read the whole text, as far as the page says (schema.org isAccessibleForFree, else Facebook's
 * article:content_tier); null when it does not. A page that says no may still show all of it.
 */
export function readIsFree(survey: PageSurvey, data: StructuredData): boolean | null {
  const declared = data.main?.['isAccessibleForFree'] ?? survey.metas.get('article:content_tier')?.[0];
  const word = String(declared ?? '').toLowerCase();
  if (/^(?:true|https?:\/\/schema\.org\/true|free)$/.test(word)) return true;
  return /^(?:false|https?:\/\/schema\.org\/false|locked|metered)$/.test(word) ? false : null;
}

function isRoot(url: string): boolean {
  return URL.parse(url)?.pathname === '/' && URL.parse(url)?.search === '';
}
