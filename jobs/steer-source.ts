/** What a person does with a source by hand, from the pages and from the command line alike: asks it now, pauses it, asks it again. */
import { LedgerError } from '#src/core/ledger-error.ts';
import { documentUrl } from '#src/core/url.ts';
import { type AskedVisit, askOne } from '#src/io/db/resources.ts';
import { explainSource, type SourceRow, setPaused } from '#src/io/db/sources.ts';
import type { Deps } from '#src/io/deps.ts';

type SteerDeps = Pick<Deps, 'db' | 'now'>;

/** A source or watched page by id or address. Throws `not-found` when there is none. */
export async function getSource(id: string, deps: SteerDeps): Promise<SourceRow> {
  const found = await explainSource(deps.db, { id, now: deps.now() });
  if (found === null) throw unknownSource(id);
  return found.source;
}

/** Makes a source due now; what a site asked for still holds, and nobody is asked twice within a minute. Throws `not-found`. */
export async function askSource(id: string, deps: SteerDeps): Promise<AskedVisit> {
  return await askAddress((await getSource(id, deps)).url, deps);
}

/** The same for any address that is known, such as a page that was set aside. Throws `not-found`. */
export async function askAddress(url: string, deps: SteerDeps): Promise<AskedVisit> {
  const asked = await askOne(deps.db, documentUrl(url), deps.now());
  if (asked === null) throw new LedgerError('not-found', `There is no address "${url}" to ask`);
  return asked;
}

/** Stops asking a source, or asks it again. Throws `not-found` for what is no source; watched pages are not paused. */
export async function pauseSource(
  { id, isPaused }: { readonly id: string; readonly isPaused: boolean },
  deps: SteerDeps,
): Promise<SourceRow> {
  const source = await getSource(id, deps);
  if (source.kind === 'page' || !(await setPaused(deps.db, source.id, isPaused ? deps.now() : null)))
    throw unknownSource(id);
  return source;
}

function unknownSource(id: string): LedgerError {
  return new LedgerError('not-found', `There is no source "${id}"; "claimledger sources list" names them`);
}
