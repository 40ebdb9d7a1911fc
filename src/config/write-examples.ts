import { stringify } from 'yaml';
import type { Stance } from '#src/core/claim/definition.ts';

/** A text that a claim must match, with its stance, or (null) must not. */
export type Example = {
  readonly claim: string;
  readonly title: string;
  readonly quote: string;
  readonly stance: Stance | null;
};

/** Widest line of the YAML; quotes are folded at it. */
const lineWidth = 100;

/** Examples in the form of the ledger's `claims`, ready to be put into the file; empty text for none. */
export function renderExamples(examples: readonly Example[]): string {
  const byClaim = Map.groupBy(examples, ({ claim }) => claim);
  const claims = [...byClaim].map(([id, own]) => ({ id, examples: listExamples(own) }));
  return claims.length === 0 ? '' : stringify({ claims }, { lineWidth });
}

function listExamples(own: readonly Example[]) {
  const match = own.flatMap(({ stance, ...example }) => (stance === null ? [] : [{ ...textOf(example), stance }]));
  const noMatch = own.filter(({ stance }) => stance === null).map(textOf);
  return { ...(match.length > 0 ? { match } : {}), ...(noMatch.length > 0 ? { 'no-match': noMatch } : {}) };
}

/** The headline stands with the quote: it often says whom "the company" means. */
function textOf({ title, quote }: { readonly title: string; readonly quote: string }) {
  return { ...(title === '' ? {} : { title }), text: quote };
}
